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

/// What of a chain no recording proves: changing it changes no outcome. A test finds these again.
static UNPROVEN: &[(&str, &str)] = &[
    ("aws-cli-v2", "region AWS_DEFAULT_REGION"),
    ("aws-cli-v2", "region AWS_REGION"),
    ("aws-cli-v2:2.9", "region AWS_DEFAULT_REGION"),
    ("aws-cli-v2:2.9", "region AWS_REGION"),
    ("gdal", "region AWS_DEFAULT_REGION"),
    ("gdal", "region AWS_REGION"),
    ("gdal:3.6", "region AWS_DEFAULT_REGION"),
    ("gdal:3.6", "region AWS_REGION"),
    ("go-v1", "profile before credentials-file"),
    ("go-v1", "web-identity before profile"),
    ("go-v1:shared-config", "profile AWS_DEFAULT_PROFILE"),
    ("java-v1:without-sts", "system-properties before web-identity"),
    ("java-v1:without-sts", "web-identity before profile"),
    ("java-v2:without-sts", "env before web-identity"),
    ("java-v2:without-sts", "web-identity before profile"),
    ("js-v2", "container before process"),
    ("js-v2", "env-amazon before sso"),
    ("js-v2", "process before web-identity"),
    ("js-v2", "sso before profile"),
    ("js-v2", "web-identity before web-identity-profile"),
    ("minio-go", "env-minio-root before env-minio"),
    ("object-store:deltalake", "env ACCESS_KEY_ID"),
    ("php", "credentials-file before process"),
    ("php", "process before config-file"),
    ("rclone", "profile AWS_DEFAULT_PROFILE"),
    ("reqsign", "region AWS_DEFAULT_REGION"),
    ("reqsign", "region AWS_REGION"),
    ("restic", "env AWS_ACCESS_KEY_ID"),
    ("restic", "env AWS_SECRET_ACCESS_KEY"),
    ("restic", "env before env-minio-root"),
    ("restic", "env-minio-root before env-minio"),
    ("ruby", "region AMAZON_REGION"),
    ("ruby:3.168", "region AMAZON_REGION"),
    ("rusoto", "process before credentials-file"),
    ("s3fs", "env-s3fs before credential-file"),
];

/// What of this SDK's chain no recording proves.
pub fn unproven(sdk: &str) -> impl Iterator<Item = &'static str> {
    UNPROVEN.iter().filter(move |(listed, _)| *listed == sdk).map(|(_, what)| *what)
}
