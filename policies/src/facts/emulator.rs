//! Emulators of AWS and S3-compatible servers, by the names of their images, workloads and Services.

use memchr::{memchr, memrchr2};

use crate::credential::host;
use crate::lexicon::{Lexicon, lexicon};

/// Names of more than one word; those of one are words of hosts as well.
const LONG_NAMES: [&str; 4] = ["fake-s3", "dynamodb-local", "alpine-sqs", "kinesis-mock"];

/// Words of what talks to one of these servers and is none itself.
static CLIENTS: Lexicon<()> =
    lexicon!["mc", "operator", "console", "sidecar", "exporter", "csi", "client", "init", "ui"];

/// Whether an image is an emulator or an object server: `minio/minio:latest`, `quay.io/ceph/ceph`.
pub fn is_emulator_image(image: &str) -> bool {
    let path = without_tag(image);
    let (folders, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut folders = folders.split('/');
    let by_folder = |segment: &str| names_server(segment) && !is_registry(segment);
    (names_server(last) || folders.any(by_folder)) && !is_client(last)
}

/// Whether a workload or a Service is called as an emulator is: `minio`, `localstack-0`, `dev-minio`.
pub(crate) fn is_emulator_name(name: &str) -> bool {
    !is_client(name) && (host::store(name).is_some() || LONG_NAMES.iter().any(|long| name.contains(long)))
}

/// The host that an image comes from, which says nothing of what it is.
fn is_registry(segment: &str) -> bool {
    segment.contains(['.', ':'])
}

/// A segment of an image's path that is a server's name, perhaps with more behind it: `localstack-pro`.
fn names_server(segment: &str) -> bool {
    let end = segment.bytes().position(|byte| matches!(byte, b'-' | b'_' | b'.'));
    let first = end.and_then(|end| segment.get(..end)).unwrap_or(segment);
    LONG_NAMES.contains(&segment) || host::server_called(first).is_some()
}

fn is_client(name: &str) -> bool {
    name.split(['-', '_', '.']).any(|word| CLIENTS.has_exactly(word))
}

/// An image reference without its tag and digest.
pub(crate) fn without_tag(image: &str) -> &str {
    let end = memchr(b'@', image.as_bytes()).unwrap_or(image.len());
    let tag = memrchr2(b':', b'/', &image.as_bytes()[..end]);
    let tag = tag.filter(|at| image.as_bytes()[*at] == b':');
    image.get(..tag.unwrap_or(end)).unwrap_or(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_from_their_clients() {
        for server in [
            "minio/minio",
            "quay.io/minio/minio:RELEASE.2024-01-01",
            "localhost:5000/localstack/localstack@sha256:0000",
            "bitnami/minio:2024",
            "chrislusf/seaweedfs",
            "adobe/s3mock:3",
            "amazon/dynamodb-local",
        ] {
            assert!(is_emulator_image(server), "{server}");
        }
        for other in [
            "minio/mc",
            "minio/operator:v5",
            "nginx",
            "quay.io/cephcsi/cephcsi",
            "minio.example.com/app",
            "acme/garageband",
        ] {
            assert!(!is_emulator_image(other), "{other}");
        }
    }

    #[test]
    fn names_of_servers_are_known_as_words() {
        for server in ["minio", "dev-minio", "localstack-0", "my-dynamodb-local"] {
            assert!(is_emulator_name(server), "{server}");
        }
        for other in ["minio-operator", "minimal", "app", "motorway", "minio-client"] {
            assert!(!is_emulator_name(other), "{other}");
        }
    }
}
