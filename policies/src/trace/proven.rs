//! How many recordings of the real SDK stand behind each chain. A test counts the recordings again.

/// Recordings by SDK; an SDK that is not listed has none.
static RECORDINGS: &[(&str, u32)] = &[
    ("aws-cli-v1", 570),
    ("aws-cli-v2", 570),
    ("aws-cli-v2:2.9", 570),
    ("boto2", 570),
    ("boto3", 570),
    ("boto3:1.26", 570),
    ("boto3:aiobotocore", 570),
    ("cpp", 570),
    ("crt", 570),
    ("crt:s3torchconnector", 570),
    ("crt:tensorstore", 570),
    ("gdal", 570),
    ("gdal:3.6", 570),
    ("go-v1", 570),
    ("go-v1:shared-config", 570),
    ("go-v2", 570),
    ("go-v2:1.18.0", 570),
    ("hadoop-s3a", 570),
    ("java-v1", 570),
    ("java-v1:without-sts", 570),
    ("java-v2", 570),
    ("java-v2:2.20.0", 570),
    ("java-v2:without-sts", 570),
    ("js-v2", 570),
    ("js-v3", 570),
    ("js-v3:3.438", 570),
    ("kotlin", 570),
    ("minio-go", 570),
    ("minio-py", 570),
    ("object-store", 570),
    ("object-store:deltalake", 570),
    ("object-store:polars", 570),
    ("php", 570),
    ("rclone", 570),
    ("reqsign", 570),
    ("restic", 570),
    ("ruby", 570),
    ("ruby:3.168", 570),
    ("rusoto", 570),
    ("rust", 570),
    ("s3cmd", 570),
    ("s3fs", 570),
    ("s3fs:iam-role", 570),
    ("terraform-aws", 570),
];

/// How many recordings stand behind the chain of this SDK.
pub fn recordings(sdk: &str) -> u32 {
    RECORDINGS.iter().find(|(listed, _)| *listed == sdk).map_or(0, |(_, count)| *count)
}
