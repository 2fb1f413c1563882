//! Emulators of AWS and S3-compatible servers, by the names of their images.

/// Words of an image's path that name one. Source: the projects' own images on Docker Hub, Quay and GHCR.
const NAMES: [&str; 32] = [
    "minio",
    "localstack",
    "localstack-pro",
    "moto",
    "motoserver",
    "ministack",
    "fake-s3",
    "fakes3",
    "fake-gcs-server",
    "seaweedfs",
    "ceph",
    "ceph-ci",
    "radosgw",
    "rgw",
    "garage",
    "s3mock",
    "s3server",
    "cloudserver",
    "s3ninja",
    "s3proxy",
    "s3rver",
    "rustfs",
    "versitygw",
    "zenko",
    "dynamodb-local",
    "dynalite",
    "kinesalite",
    "elasticmq",
    "elasticmq-native",
    "alpine-sqs",
    "goaws",
    "floci",
];

/// Tools that talk to one of these servers and are none themselves.
const CLIENTS: [&str; 8] = ["mc", "operator", "console", "sidecar", "exporter", "csi", "client", "init"];

/// Whether an image is an emulator or an object server: `minio/minio:latest`, `quay.io/ceph/ceph`.
pub fn is_emulator_image(image: &str) -> bool {
    let path = without_tag(image);
    let segments: Vec<_> = path.split('/').collect();
    let Some((last, folders)) = segments.split_last() else { return false };
    let names_one = |word: &str| NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
    names_one(last) || (folders.iter().any(|folder| names_one(folder)) && !is_client(last))
}

/// Whether a workload's name is that of an emulator: `minio`, `localstack-0`, `dev-moto`.
pub(crate) fn is_emulator_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = || name.split(['-', '_', '.']);
    let telling = NAMES.iter().any(|known| {
        name == *known || (known.len() > 4 && words().any(|word| word == *known)) || holds_words(&name, known)
    });
    telling && !words().any(|word| CLIENTS.contains(&word))
}

fn holds_words(name: &str, known: &str) -> bool {
    known.contains('-') && name.contains(known)
}

fn is_client(last: &str) -> bool {
    last.split(['-', '_']).any(|word| CLIENTS.contains(&word))
}

fn without_tag(image: &str) -> &str {
    let path = image.split('@').next().unwrap_or_default();
    match path.rsplit_once(':') {
        Some((before, tag)) if !tag.contains('/') => before,
        _ => path,
    }
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
        for other in ["minio/mc", "minio/operator:v5", "nginx", "quay.io/cephcsi/cephcsi", "acme/garageband"]
        {
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
