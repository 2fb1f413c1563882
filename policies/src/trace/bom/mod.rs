//! Bills of materials: which SDKs a container has, in which versions, and whether those are old enough to
//! know the mechanism that its identity needs.
//!
//! [`Bom`] is what one bill says, [`Image`] which image it is of, [`Bills`] all that were given.

mod bills;
mod image;
mod packages;
mod spdx3;

use std::fmt;

use crate::document::Node;
use crate::identity::Means;

pub use bills::{Bill, Bills, Made};
pub use image::Image;
use packages::{Known, MODULES, PACKAGES, before_pod_identity, floor};

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
    image: Image,
}

/// What an identity needs of an SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// The task role of ECS.
    TaskRole,
    /// IAM roles for service accounts.
    WebIdentity,
    /// EKS Pod Identity.
    PodIdentity,
}

impl Mechanism {
    /// What an identity that is given in this way needs.
    pub fn of(means: Means) -> Option<Self> {
        match means {
            Means::TaskRole => Some(Self::TaskRole),
            Means::WebIdentity => Some(Self::WebIdentity),
            Means::PodIdentity => Some(Self::PodIdentity),
            Means::Endpoint => None,
        }
    }
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

/// It asks botocore for credentials: what it knows of task roles is what botocore knows.
const WRAPPER: &str = "boto3";
/// Base images bring it.
const TOOL: &str = "awscli";
/// SDKs whose web identity needs such a package.
const NEED_A_MODULE: [&str; 4] = ["java-v1", "java-v2", "dotnet-v3", "dotnet-v4"];

impl Bom {
    /// Reads CycloneDX, SPDX 2 or SPDX 3 in JSON, also as the predicate of an in-toto statement; `None` when it is none.
    pub fn read(root: Node<'_>) -> Option<Self> {
        let Some(predicate) = root.get("predicate") else { return Self::read_plain(root) };
        let mut bom = Self::read_plain(predicate)?;
        bom.image.add_subjects(root);
        Some(bom)
    }

    fn read_plain(root: Node<'_>) -> Option<Self> {
        if let Some(graph) = spdx3::graph(root) {
            return Some(Self::of_graph(graph));
        }
        let mut bom = Self::default();
        if root.get("bomFormat").is_some() {
            let subject = root.get("metadata").and_then(|metadata| metadata.get("component"));
            bom.image = subject.map(Image::of_component).unwrap_or_default();
            bom.add_components(root);
        } else if root.get("spdxVersion").is_some() {
            bom.image = Image::of_spdx(root);
            for package in root.get("packages")?.items() {
                bom.add_spdx(package);
            }
        } else {
            return None;
        }
        Some(bom)
    }

    /// The image that it is of, if it names one.
    pub fn image(&self) -> &Image {
        &self.image
    }

    /// The SDKs in it, each once.
    pub fn sdks(&self) -> impl Iterator<Item = &'static str> {
        let first =
            |index: usize| self.packages[..index].iter().all(|other| other.sdk != self.packages[index].sdk);
        (0..self.packages.len())
            .filter(move |index| first(*index))
            .map(|index| self.chain_of(&self.packages[index]))
    }

    /// The packages that are SDKs.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// Adds what another bill of the same image says.
    fn absorb(&mut self, other: &Self) {
        self.packages.extend(other.packages.iter().cloned());
        self.modules.extend(&other.modules);
    }

    /// The packages that do not know a mechanism: too old, or without the module for it.
    pub fn too_old(&self, mechanism: Mechanism) -> Vec<TooOld> {
        self.packages.iter().filter_map(|package| self.is_too_old(package, mechanism)).collect()
    }

    /// No package in it knows a mechanism, and none is a tool beside which a program that is not listed may run.
    pub fn knows_none(&self, mechanism: Mechanism) -> bool {
        let knows = |package: &Package| self.is_too_old(package, mechanism).is_none();
        let tells = |package: &Package| !(mechanism == Mechanism::TaskRole && package.name == WRAPPER);
        !self.packages.iter().any(|package| package.name == TOOL || (tells(package) && knows(package)))
    }

    fn is_too_old(&self, package: &Package, mechanism: Mechanism) -> Option<TooOld> {
        let old = |since| TooOld { package: package.clone(), mechanism, since };
        match floor(&package.name, mechanism) {
            Some(since) if is_older(&package.version, since) => Some(old(Some(since))),
            _ if mechanism == Mechanism::WebIdentity && self.lacks_module(package) => Some(old(None)),
            _ => None,
        }
    }

    fn lacks_module(&self, package: &Package) -> bool {
        NEED_A_MODULE.contains(&package.sdk) && !self.modules.contains(&package.sdk)
    }

    /// The chain's name: Java without its module has one of its own, and so have versions that were recorded apart.
    fn chain_of(&self, package: &Package) -> &'static str {
        match package.sdk {
            "java-v1" if self.lacks_module(package) => "java-v1:without-sts",
            "java-v2" if self.lacks_module(package) => "java-v2:without-sts",
            sdk if self.is_too_old(package, Mechanism::PodIdentity).is_some() => before_pod_identity(sdk),
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
            Mechanism::TaskRole => "ECS task roles",
            Mechanism::WebIdentity => "web identity (IRSA)",
            Mechanism::PodIdentity => "EKS Pod Identity",
        };
        match self.since {
            Some(since) => write!(f, "{name} {version} does not know {mechanism} ({since} does)"),
            None => write!(f, "{name} {version} passes {mechanism} over without its STS module"),
        }
    }
}

#[cfg(test)]
mod tests;
