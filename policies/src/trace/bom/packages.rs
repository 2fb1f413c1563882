//! Which packages are SDKs, and since when each knows a mechanism.
//!
//! Sources of the floors: Amazon EKS user guide, "Use IRSA with the AWS SDK" and "Use pod identity with the AWS SDK".
//! AWS names no versions for ECS task roles any more; these are the first releases whose packages read
//! `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, all of July 2016. Generations that began later always knew it.
//! For .NET: aws/aws-sdk-net, SDK.CHANGELOG.md.

use super::Mechanism;

/// A registry's package and the SDK that it is.
pub(super) struct Known {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) sdk: &'static str,
}

const fn known(kind: &'static str, name: &'static str, sdk: &'static str) -> Known {
    Known { kind, name, sdk }
}

/// Packages by registry, as package URLs name both.
pub(super) static PACKAGES: &[Known] = &[
    known("pypi", "boto3", "boto3"),
    known("pypi", "botocore", "boto3"),
    known("pypi", "aiobotocore", "boto3:aiobotocore"),
    known("pypi", "awscli", "aws-cli-v1"),
    known("pypi", "boto", "boto2"),
    known("pypi", "awscrt", "crt"),
    known("pypi", "pyarrow", "cpp"),
    known("pypi", "minio", "minio-py"),
    known("pypi", "obstore", "object-store"),
    known("pypi", "deltalake", "object-store:deltalake"),
    known("pypi", "polars", "object-store:polars"),
    known("pypi", "opendal", "reqsign"),
    known("pypi", "rasterio", "gdal"),
    known("npm", "aws-sdk", "js-v2"),
    known("npm", "@aws-sdk/credential-provider-node", "js-v3"),
    known("golang", "github.com/aws/aws-sdk-go", "go-v1"),
    known("golang", "github.com/aws/aws-sdk-go-v2/config", "go-v2"),
    known("golang", "github.com/hashicorp/aws-sdk-go-base/v2", "terraform-aws"),
    known("golang", "github.com/minio/minio-go/v7", "minio-go"),
    known("maven", "com.amazonaws/aws-java-sdk-core", "java-v1"),
    known("maven", "software.amazon.awssdk/auth", "java-v2"),
    known("maven", "aws.sdk.kotlin/aws-config", "kotlin"),
    known("maven", "aws.sdk.kotlin/aws-config-jvm", "kotlin"),
    known("maven", "org.apache.hadoop/hadoop-aws", "hadoop-s3a"),
    known("cargo", "aws-config", "rust"),
    known("cargo", "rusoto_credential", "rusoto"),
    known("cargo", "object_store", "object-store"),
    known("cargo", "reqsign", "reqsign"),
    known("gem", "aws-sdk-core", "ruby"),
    known("composer", "aws/aws-sdk-php", "php"),
    known("nuget", "AWSSDK.Core", "dotnet-v4"),
    known("conan", "aws-sdk-cpp", "cpp"),
];

/// Packages that bring the call to STS.
pub(super) static MODULES: &[Known] = &[
    known("maven", "com.amazonaws/aws-java-sdk-sts", "java-v1"),
    known("maven", "com.amazonaws/aws-java-sdk", "java-v1"),
    known("maven", "com.amazonaws/aws-java-sdk-bundle", "java-v1"),
    known("maven", "software.amazon.awssdk/sts", "java-v2"),
    known("maven", "software.amazon.awssdk/bundle", "java-v2"),
    known("nuget", "AWSSDK.SecurityToken", "dotnet-v4"),
    known("nuget", "AWSSDK.SecurityToken", "dotnet-v3"),
];

/// The first versions of a package that know each mechanism; `None` where every version does or none is named.
pub(super) struct Floors {
    package: &'static str,
    task_role: Option<&'static str>,
    web_identity: Option<&'static str>,
    pod_identity: Option<&'static str>,
}

const fn floors(
    package: &'static str,
    task_role: Option<&'static str>,
    web_identity: Option<&'static str>,
    pod_identity: Option<&'static str>,
) -> Floors {
    Floors { package, task_role, web_identity, pod_identity }
}

static FLOORS: &[Floors] = &[
    floors("boto3", None, Some("1.9.220"), Some("1.34.41")),
    floors("botocore", Some("1.4.37"), Some("1.12.200"), Some("1.34.41")),
    floors("awscli", Some("1.10.47"), Some("1.16.232"), Some("1.30.0")),
    floors("aws-sdk", Some("2.4.7"), Some("2.525.0"), Some("2.1550.0")),
    floors("@aws-sdk/credential-provider-node", None, Some("3.27.0"), Some("3.458.0")),
    floors("github.com/aws/aws-sdk-go", Some("1.2.5"), Some("1.23.13"), Some("1.47.11")),
    floors("github.com/aws/aws-sdk-go-v2/config", None, None, Some("1.25.0")),
    // The guide has since raised the version that it advises for web identity; this one knows it.
    floors("com.amazonaws/aws-java-sdk-core", Some("1.11.16"), Some("1.11.704"), Some("1.12.746")),
    floors("software.amazon.awssdk/auth", None, Some("2.10.11"), Some("2.21.30")),
    floors("aws.sdk.kotlin/aws-config", None, None, Some("1.0.1")),
    floors("aws.sdk.kotlin/aws-config-jvm", None, None, Some("1.0.1")),
    floors("aws-sdk-core", None, Some("3.58.0"), Some("3.188.0")),
    floors("aws/aws-sdk-php", None, Some("3.110.7"), Some("3.287.1")),
    // The guide names releases of the whole SDK, 3.3.659.1 and 3.7.734.0: these are their packages of the core.
    floors("AWSSDK.Core", None, Some("3.3.104.14"), Some("3.7.302")),
    floors("aws-sdk-cpp", None, Some("1.7.174"), Some("1.11.263")),
];

/// The first version of a package that knows a mechanism.
pub(super) fn floor(package: &str, mechanism: Mechanism) -> Option<&'static str> {
    let floors = FLOORS.iter().find(|floors| floors.package == package)?;
    match mechanism {
        Mechanism::TaskRole => floors.task_role,
        Mechanism::WebIdentity => floors.web_identity,
        Mechanism::PodIdentity => floors.pod_identity,
    }
}

/// Chains that were recorded before Pod Identity was known, beside those of today.
static BEFORE_POD_IDENTITY: &[(&str, &str)] = &[
    ("boto3", "boto3:1.26"),
    ("go-v2", "go-v2:1.18.0"),
    ("java-v2", "java-v2:2.20.0"),
    ("js-v3", "js-v3:3.438"),
    ("ruby", "ruby:3.168"),
];

/// The chain that a version from before Pod Identity has.
pub(super) fn before_pod_identity(sdk: &'static str) -> &'static str {
    BEFORE_POD_IDENTITY.iter().find(|(today, _)| *today == sdk).map_or(sdk, |(_, before)| before)
}
