//! How many recordings of the real SDK stand behind each chain. A test counts the recordings again.

/// The recorded version and the number of recordings, by SDK; an SDK that is not listed has none.
static RECORDINGS: &[(&str, &str, u32)] = &[
    ("aws-cli-v1", "1.46.3", 570),
    ("aws-cli-v2", "2.36.7", 570),
    ("aws-cli-v2:2.9", "2.9.19-1", 570),
    ("boto2", "2.49.0-4.1", 570),
    ("boto3", "1.44.8", 570),
    ("boto3:1.26", "1.26.0", 570),
    ("boto3:aiobotocore", "3.10.0", 570),
    ("cpp", "pyarrow 26.0.1", 570),
    ("crt", "0.38.1", 570),
    ("crt:s3torchconnector", "s3torchconnector 1.5.0", 570),
    ("crt:tensorstore", "tensorstore 0.1.86", 570),
    ("gdal", "3.10.3 (rasterio 1.4.4)", 570),
    ("gdal:3.6", "3.6.2", 570),
    ("go-v1", "1.55.8", 570),
    ("go-v1:shared-config", "1.55.8", 570),
    ("go-v2", "1.33.15", 570),
    ("go-v2:1.18.0", "1.18.0", 570),
    ("hadoop-s3a", "3.4.2", 570),
    ("java-v1", "1.12.797", 570),
    ("java-v1:without-sts", "1.12.797", 570),
    ("java-v2", "2.57.8", 570),
    ("java-v2:2.20.0", "2.20.0", 570),
    ("java-v2:without-sts", "2.57.8", 570),
    ("js-v2", "2.1693.0", 570),
    ("js-v3", "3.1169.0", 570),
    ("js-v3:3.438", "3.438.0", 570),
    ("kotlin", "1.8.12", 570),
    ("minio-go", "7.4.1", 570),
    ("minio-py", "7.2.20", 570),
    ("object-store", "obstore 0.12.1", 570),
    ("object-store:deltalake", "deltalake 1.6.6", 570),
    ("object-store:polars", "polars 2.1.0", 570),
    ("php", "3.376.2", 570),
    ("rclone", "1.60.1", 570),
    ("reqsign", "opendal 0.47.12", 570),
    ("restic", "0.14.0", 570),
    ("ruby", "3.211.0", 570),
    ("ruby:3.168", "3.168.1", 570),
    ("rusoto", "0.48.0", 570),
    ("rust", "1.13.0", 570),
    ("s3cmd", "2.3.0", 570),
    ("s3fs", "1.90", 570),
    ("s3fs:iam-role", "1.90", 570),
    ("terraform-aws", "2.0.0-beta.74", 570),
];

/// How many recordings stand behind the chain of this SDK.
pub fn recordings(sdk: &str) -> u32 {
    RECORDINGS.iter().find(|(listed, ..)| *listed == sdk).map_or(0, |(.., count)| *count)
}

/// The version of this SDK, or of the program that brings it, that was recorded.
pub fn recorded_version(sdk: &str) -> Option<&'static str> {
    RECORDINGS.iter().find(|(listed, ..)| *listed == sdk).map(|(_, version, _)| *version)
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
