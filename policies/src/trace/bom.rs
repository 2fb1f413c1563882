//! Bills of materials: which SDKs a container has, in which versions, and whether those are old enough to
//! know the mechanism that its identity needs.
//!
//! Sources of the floors: Amazon EKS user guide, "Use IRSA with the AWS SDK" and "Use pod identity with the
//! AWS SDK". AWS names no versions for ECS task roles any more: every SDK since July 2016 knows them.

use std::fmt;

use crate::document::Node;

/// A package of a bill of materials, with the SDK that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name, as its registry writes it.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SDK.
    pub sdk: &'static str,
}

/// What a bill of materials says of SDKs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bom {
    packages: Vec<Package>,
    /// Modules without which an SDK passes web identity over, by SDK.
    modules: Vec<&'static str>,
}

/// What an identity needs of an SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// IAM roles for service accounts.
    WebIdentity,
    /// EKS Pod Identity.
    PodIdentity,
}

/// An SDK that does not know a mechanism.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooOld {
    /// The package.
    pub package: Package,
    /// What it does not know.
    pub mechanism: Mechanism,
    /// The first version that does; `None` when a module is missing instead.
    pub since: Option<&'static str>,
}

/// A registry's package and the SDK that it is.
struct Known {
    kind: &'static str,
    name: &'static str,
    sdk: &'static str,
}

const fn known(kind: &'static str, name: &'static str, sdk: &'static str) -> Known {
    Known { kind, name, sdk }
}

/// Packages by registry, as package URLs name both.
static PACKAGES: &[Known] = &[
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
static MODULES: &[Known] = &[
    known("maven", "com.amazonaws/aws-java-sdk-sts", "java-v1"),
    known("maven", "com.amazonaws/aws-java-sdk", "java-v1"),
    known("maven", "com.amazonaws/aws-java-sdk-bundle", "java-v1"),
    known("maven", "software.amazon.awssdk/sts", "java-v2"),
    known("maven", "software.amazon.awssdk/bundle", "java-v2"),
    known("nuget", "AWSSDK.SecurityToken", "dotnet-v4"),
    known("nuget", "AWSSDK.SecurityToken", "dotnet-v3"),
];

/// SDKs whose web identity needs such a package.
const NEED_A_MODULE: [&str; 4] = ["java-v1", "java-v2", "dotnet-v3", "dotnet-v4"];

/// The first versions that know IRSA and Pod Identity, by package; `None` where every version does or none is named.
static FLOORS: &[(&str, Option<&str>, Option<&str>)] = &[
    ("boto3", Some("1.9.220"), Some("1.34.41")),
    ("botocore", Some("1.12.200"), Some("1.34.41")),
    ("awscli", Some("1.16.232"), Some("1.30.0")),
    ("aws-sdk", Some("2.525.0"), Some("2.1550.0")),
    ("@aws-sdk/credential-provider-node", Some("3.27.0"), Some("3.458.0")),
    ("github.com/aws/aws-sdk-go", Some("1.23.13"), Some("1.47.11")),
    ("github.com/aws/aws-sdk-go-v2/config", None, Some("1.25.0")),
    ("com.amazonaws/aws-java-sdk-core", Some("1.12.782"), Some("1.12.746")),
    ("software.amazon.awssdk/auth", Some("2.10.11"), Some("2.21.30")),
    ("aws.sdk.kotlin/aws-config", None, Some("1.0.1")),
    ("aws.sdk.kotlin/aws-config-jvm", None, Some("1.0.1")),
    ("aws-sdk-core", Some("3.58.0"), Some("3.188.0")),
    ("aws/aws-sdk-php", Some("3.110.7"), Some("3.287.1")),
    ("AWSSDK.Core", Some("3.3.659.1"), Some("3.7.302")),
    ("aws-sdk-cpp", Some("1.7.174"), Some("1.11.263")),
];

impl Bom {
    /// Reads CycloneDX or SPDX in JSON; `None` when it is neither.
    pub fn read(root: Node<'_>) -> Option<Self> {
        let mut bom = Self::default();
        if root.get("bomFormat").is_some() {
            bom.add_components(root);
        } else if root.get("spdxVersion").is_some() {
            for package in root.get("packages")?.items() {
                bom.add_spdx(package);
            }
        } else {
            return None;
        }
        Some(bom)
    }

    /// The SDKs in it, each once.
    pub fn sdks(&self) -> impl Iterator<Item = &'static str> {
        let first =
            |index: usize| self.packages[..index].iter().all(|other| other.sdk != self.packages[index].sdk);
        (0..self.packages.len())
            .filter(move |index| first(*index))
            .map(|index| self.named(&self.packages[index]))
    }

    /// The packages that are SDKs.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// SDKs that do not know a mechanism: too old, or without the module for it.
    pub fn too_old(&self) -> Vec<TooOld> {
        self.packages
            .iter()
            .flat_map(|package| [self.web_identity(package), pod_identity(package)])
            .flatten()
            .collect()
    }

    fn web_identity(&self, package: &Package) -> Option<TooOld> {
        let old = |since| TooOld { package: package.clone(), mechanism: Mechanism::WebIdentity, since };
        match floor(package).and_then(|(_, irsa, _)| *irsa) {
            Some(since) if is_older(&package.version, since) => Some(old(Some(since))),
            _ if self.lacks_module(package) => Some(old(None)),
            _ => None,
        }
    }

    fn lacks_module(&self, package: &Package) -> bool {
        NEED_A_MODULE.contains(&package.sdk) && !self.modules.contains(&package.sdk)
    }

    /// The chain's name: Java without its module has one of its own.
    fn named(&self, package: &Package) -> &'static str {
        match package.sdk {
            "java-v1" if self.lacks_module(package) => "java-v1:without-sts",
            "java-v2" if self.lacks_module(package) => "java-v2:without-sts",
            sdk => sdk,
        }
    }

    fn add_components(&mut self, node: Node<'_>) {
        for component in node.get("components").into_iter().flat_map(Node::items) {
            if let Some(purl) = component.get("purl").and_then(Node::text) {
                self.add(purl);
            }
            self.add_components(component);
        }
    }

    fn add_spdx(&mut self, package: Node<'_>) {
        let references = package.get("externalRefs").into_iter().flat_map(Node::items);
        for reference in references.filter_map(|reference| reference.get("referenceLocator")?.text()) {
            self.add(reference);
        }
    }

    /// Takes a package URL: `pkg:maven/software.amazon.awssdk/auth@2.21.0?type=jar`.
    fn add(&mut self, purl: &str) {
        let Some((kind, name, version)) = parts(purl) else { return };
        let is_it = |known: &&Known| known.kind == kind && known.name.eq_ignore_ascii_case(&name);
        self.modules.extend(MODULES.iter().filter(is_it).map(|module| module.sdk));
        if let Some(known) = PACKAGES.iter().find(is_it) {
            let package = Package {
                name: known.name.to_owned(),
                version: version.to_owned(),
                sdk: of_version(known.sdk, version),
            };
            self.packages.push(package);
        }
    }
}

/// .NET's package has one name through two generations.
fn of_version(sdk: &'static str, version: &str) -> &'static str {
    if sdk == "dotnet-v4" && is_older(version, "4") { "dotnet-v3" } else { sdk }
}

fn parts(purl: &str) -> Option<(&str, String, &str)> {
    let (path, version) = purl.strip_prefix("pkg:")?.split(['?', '#']).next()?.rsplit_once('@')?;
    let (kind, name) = path.split_once('/')?;
    Some((kind, name.replace("%40", "@").replace("%2F", "/"), version.trim_start_matches('v')))
}

fn pod_identity(package: &Package) -> Option<TooOld> {
    let since =
        floor(package).and_then(|(_, _, pod)| *pod).filter(|since| is_older(&package.version, since))?;
    Some(TooOld { package: package.clone(), mechanism: Mechanism::PodIdentity, since: Some(since) })
}

fn floor(package: &Package) -> Option<&'static (&'static str, Option<&'static str>, Option<&'static str>)> {
    FLOORS.iter().find(|(name, _, _)| *name == package.name)
}

/// Compares the numbers of two versions; what is no number counts as none.
fn is_older(version: &str, since: &str) -> bool {
    let numbers = |version: &str| {
        version.split(['.', '-', '+']).map(|part| part.parse::<u64>().unwrap_or_default()).collect::<Vec<_>>()
    };
    numbers(version) < numbers(since)
}

impl fmt::Display for TooOld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Package { name, version, .. } = &self.package;
        let mechanism = match self.mechanism {
            Mechanism::WebIdentity => "web identity (IRSA)",
            Mechanism::PodIdentity => "EKS Pod Identity",
        };
        match self.since {
            Some(since) => write!(f, "{name} {version} does not know {mechanism}: since {since}"),
            None => write!(f, "{name} {version} passes {mechanism} over without its STS module"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::{Format, Limits, parse};

    fn bom(json: &str) -> Bom {
        let stream = parse(&Arc::from("bom.json"), json.as_bytes(), Format::Json, Limits::default());
        let document = stream.into_iter().next().expect("a document").expect("readable");
        Bom::read(document.root()).expect("a bill of materials")
    }

    #[test]
    fn cyclonedx_names_sdks_also_inside_other_components() {
        let bom = bom(
            r#"{"bomFormat": "CycloneDX", "components": [{"purl": "pkg:pypi/boto3@1.26.0", "components":
            [{"purl": "pkg:npm/%40aws-sdk/credential-provider-node@3.500.0"}]}, {"purl": "pkg:deb/debian/bash@5"}]}"#,
        );
        assert_eq!(bom.sdks().collect::<Vec<_>>(), ["boto3", "js-v3"]);
        let old: Vec<_> = bom.too_old().iter().map(ToString::to_string).collect();
        assert_eq!(old, ["boto3 1.26.0 does not know EKS Pod Identity: since 1.34.41"]);
    }

    #[test]
    fn spdx_names_sdks_and_java_needs_its_sts_module() {
        let auth = r#"{"externalRefs": [{"referenceLocator": "pkg:maven/software.amazon.awssdk/auth@2.30.0?type=jar"}]}"#;
        let sts =
            r#"{"externalRefs": [{"referenceLocator": "pkg:maven/software.amazon.awssdk/sts@2.30.0"}]}"#;
        let without = bom(&format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{auth}]}}"#));
        assert_eq!(without.sdks().collect::<Vec<_>>(), ["java-v2:without-sts"]);
        assert_eq!(without.too_old().len(), 1);
        let with = bom(&format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{auth}, {sts}]}}"#));
        assert_eq!(with.sdks().collect::<Vec<_>>(), ["java-v2"]);
        assert_eq!(with.too_old(), []);
    }

    #[test]
    fn one_package_of_dotnet_is_two_generations() {
        let bom = |version: &str| {
            bom(&format!(
                r#"{{"bomFormat": "CycloneDX", "components": [{{"purl": "pkg:nuget/AWSSDK.Core@{version}"}}]}}"#
            ))
        };
        assert_eq!(bom("3.7.400").sdks().collect::<Vec<_>>(), ["dotnet-v3"]);
        assert_eq!(bom("4.0.1").sdks().collect::<Vec<_>>(), ["dotnet-v4"]);
    }

    #[test]
    fn versions_are_compared_by_number() {
        assert!(is_older("1.9.5", "1.9.220") && is_older("1.34", "1.34.41"));
        assert!(!is_older("1.10.0", "1.9.220") && !is_older("2.21.30", "2.21.30"));
    }

    #[test]
    fn every_package_is_an_sdk_with_a_chain() {
        let named = PACKAGES.iter().chain(MODULES).map(|known| known.sdk);
        assert!(named.into_iter().all(|sdk| crate::trace::chains::chain(sdk).is_some()));
    }
}
