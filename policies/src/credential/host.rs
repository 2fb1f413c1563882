//! Hosts that answer as S3 or other AWS services do, and are not AWS.

use crate::lexicon::Lexicon;

/// Domains of S3-compatible stores. Source: each vendor's page on S3 endpoints.
static STORES: &[(&str, &str)] = &[
    ("r2.cloudflarestorage.com", "Cloudflare R2"),
    ("backblazeb2.com", "Backblaze B2"),
    ("digitaloceanspaces.com", "DigitalOcean Spaces"),
    ("wasabisys.com", "Wasabi"),
    ("scw.cloud", "Scaleway"),
    ("your-objectstorage.com", "Hetzner"),
    ("cloud.ovh.net", "OVH"),
    ("cloud.ovh.us", "OVH"),
    ("cloud.ovh.com", "OVH"),
    ("idrivee2.com", "IDrive e2"),
    ("linodeobjects.com", "Linode"),
    ("storjshare.io", "Storj"),
    ("storage.googleapis.com", "Google Cloud Storage"),
    ("aliyuncs.com", "Alibaba Cloud"),
    ("myqcloud.com", "Tencent Cloud"),
    ("myhuaweicloud.com", "Huawei Cloud"),
    ("volces.com", "Volcengine"),
    ("yandexcloud.net", "Yandex Cloud"),
    ("cloud-object-storage.appdomain.cloud", "IBM Cloud"),
    ("oraclecloud.com", "Oracle Cloud"),
    ("vultrobjects.com", "Vultr"),
    ("exo.io", "Exoscale"),
    ("contabostorage.com", "Contabo"),
    ("filebase.com", "Filebase"),
    ("dream.io", "DreamHost"),
    ("tigris.dev", "Tigris"),
    ("t3.storage.dev", "Tigris"),
    ("supabase.co", "Supabase"),
    ("upcloudobjects.com", "UpCloud"),
    ("infomaniak.cloud", "Infomaniak"),
    ("selcdn.ru", "Selectel"),
    ("selstorage.ru", "Selectel"),
    ("vkcs.cloud", "VK Cloud"),
    ("arvanstorage.ir", "ArvanCloud"),
    ("outscale.com", "Outscale"),
    ("gcorelabs.com", "Gcore"),
    ("ncloudstorage.com", "NAVER Cloud"),
    ("ionoscloud.com", "IONOS"),
    ("telstra.com.cn", "Telstra"),
    ("localstack.cloud", "LocalStack"),
];

/// Words of hosts that emulators and object servers go by.
static SERVERS: Lexicon<&str> = Lexicon::new(&[
    ("minio", "MinIO"),
    ("localstack", "LocalStack"),
    ("ceph", "Ceph"),
    ("rgw", "Ceph"),
    ("radosgw", "Ceph"),
    ("seaweedfs", "SeaweedFS"),
    ("seaweed", "SeaweedFS"),
    ("garage", "Garage"),
    ("rustfs", "RustFS"),
    ("motoserver", "Moto"),
    ("moto", "Moto"),
    ("s3mock", "S3Mock"),
    ("elasticmq", "ElasticMQ"),
    ("fakes3", "fake S3"),
    ("s3proxy", "S3Proxy"),
    ("goaws", "GoAws"),
    ("ministack", "MiniStack"),
    ("noobaa", "NooBaa"),
    ("s3ninja", "S3 ninja"),
    ("s3rver", "S3rver"),
    ("s3server", "S3 Server"),
    ("cloudserver", "Zenko CloudServer"),
    ("zenko", "Zenko CloudServer"),
    ("versitygw", "Versity S3 Gateway"),
    ("dynalite", "Dynalite"),
    ("kinesalite", "Kinesalite"),
]);

/// The store or server that a host belongs to, when its name says so.
pub(crate) fn store(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.');
    let has_domain = memchr::memchr(b'.', host.as_bytes()).is_some();
    let stores = if has_domain { STORES } else { &[] };
    let of_domain = stores.iter().find(|(domain, _)| is_within(host, domain)).map(|(_, name)| *name);
    of_domain.or_else(|| server(host))
}

/// The host of a URL or of `host:port`, without user, port and path. `None` for what is neither.
///
/// `s3:http://minio:9000/backup` (restic) is one too.
pub(crate) fn of_url(text: &str) -> Option<&str> {
    let text = text.trim();
    let after = text.find("://").map_or(text, |at| &text[at + 3..]);
    let authority = after.split(['/', '?', '#', ',', ' ']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.strip_prefix('[') {
        Some(literal) => literal.split(']').next()?,
        None => host.split(':').next()?,
    };
    let whole = !host.is_empty() && host.len() <= 253;
    (whole && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':')))
        .then_some(host)
}

/// The server that goes by this one word, whatever number stands behind it.
pub(crate) fn server_called(word: &str) -> Option<&'static str> {
    SERVERS.get(word.trim_end_matches(|c: char| c.is_ascii_digit())).copied()
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn server(host: &str) -> Option<&'static str> {
    // A server inside the cluster or on this machine; `minio.example.com` may be one's own as well.
    host.split(['.', '-', '_']).find_map(server_called)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_are_known_by_domain_and_servers_by_word() {
        for (host, name) in [
            ("abc.r2.cloudflarestorage.com", "Cloudflare R2"),
            ("s3.eu-central-1.wasabisys.com", "Wasabi"),
            ("minio.storage.svc.cluster.local", "MinIO"),
            ("my-minio-0", "MinIO"),
            ("localhost.localstack.cloud", "LocalStack"),
            ("rook-ceph-rgw-store.rook-ceph.svc", "Ceph"),
        ] {
            assert_eq!(store(host), Some(name), "{host}");
        }
        assert_eq!(store("s3.amazonaws.com"), None);
        assert_eq!(store("notr2.cloudflarestorage.com.example.org"), None);
    }

    #[test]
    fn hosts_are_cut_out_of_urls() {
        for (text, host) in [
            ("http://minio:9000", "minio"),
            ("minio:9000", "minio"),
            ("s3:https://user:pass@s3.example.com:9000/bucket", "s3.example.com"),
            ("http://[::1]:4566", "::1"),
        ] {
            assert_eq!(of_url(text), Some(host), "{text}");
        }
        assert_eq!(of_url("${S3_ENDPOINT}"), None);
        assert_eq!(of_url(""), None);
    }
}
