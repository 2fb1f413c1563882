//! Which image a bill of materials is of.
//!
//! Sources: CycloneDX, `metadata.component`; SPDX 2.3, "Relationships between SPDX elements" and "Package
//! information"; package-url, types `oci` and `docker`; what Trivy and Syft write there.

use std::fmt;

use crate::document::Node;

/// Registries that a reference without a host means.
const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];
/// What stands for no tag.
const LATEST: &str = "latest";

/// An image, as its names say; none when they name none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    repositories: Vec<Repository>,
    tags: Vec<String>,
    digests: Vec<String>,
}

/// Where images of one name are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Repository {
    /// `None` is Docker Hub, or not said.
    host: Option<String>,
    path: String,
}

impl Image {
    /// The image that a container or a person names: `acme/checkout:1.2`, also with a digest.
    pub fn named(reference: &str) -> Self {
        let mut image = Self::default();
        image.add(reference);
        image
    }

    /// Nothing names it.
    pub fn is_none(&self) -> bool {
        self.repositories.is_empty() && self.digests.is_empty()
    }

    /// Whether a container's image is this one. A digest that is the same settles it; otherwise the repository must
    /// be the same, and the tag where both have one.
    pub fn is(&self, reference: &str) -> bool {
        let other = Self::named(reference);
        let same_digest = self.digests.iter().any(|digest| other.digests.contains(digest));
        same_digest || (self.is_kept_with(&other) && self.may_be(&other))
    }

    /// A name without a host may be of any registry: images are built before they are pushed.
    fn is_kept_with(&self, other: &Self) -> bool {
        let same = |own: &Repository, other: &Repository| {
            own.path == other.path && (own.host.is_none() || own.host == other.host)
        };
        self.repositories.iter().any(|own| other.repositories.iter().any(|other| same(own, other)))
    }

    /// Neither tags nor digests tell them apart.
    fn may_be(&self, other: &Self) -> bool {
        let untagged = other.digests.is_empty().then_some(LATEST);
        match other.tags.first().map(String::as_str).or(untagged) {
            Some(tag) if !self.tags.is_empty() => self.tags.iter().any(|own| own == tag),
            _ => self.digests.is_empty() || other.digests.is_empty(),
        }
    }

    /// Takes a reference; a path to an archive is none.
    fn add(&mut self, reference: &str) {
        let reference = reference.trim();
        let is_archive = reference.rsplit('.').next() == Some("tar");
        if reference.is_empty() || reference.starts_with(['/', '.']) || is_archive {
            return;
        }
        let (name, digest) = reference.split_once('@').map_or((reference, None), |(n, d)| (n, Some(d)));
        let tagged = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
        let (path, tag) = tagged.map_or((name, None), |(path, tag)| (path, Some(tag)));
        if path == "sha256" {
            self.digests.extend(tag.map(|digits| format!("sha256:{digits}")));
            return;
        }
        push(&mut self.repositories, repository(path));
        self.tags.extend(tag.map(str::to_owned));
        self.digests.extend(digest.map(str::to_owned));
    }

    /// Takes a name and its version, which is a tag or a digest.
    pub(super) fn add_versioned(&mut self, name: &str, version: &str) {
        match version {
            "" => self.add(name),
            digest if digest.starts_with("sha256:") => self.add(&format!("{name}@{digest}")),
            tag if is_tagged(name) => {
                self.add(name);
                self.tags.push(tag.to_owned());
            }
            tag => self.add(&format!("{name}:{tag}")),
        }
    }

    /// Takes `pkg:oci/NAME@DIGEST?repository_url=HOST/PATH&tag=TAG`, or `pkg:docker/PATH@TAG`.
    pub(super) fn add_purl(&mut self, purl: &str) {
        let decoded = purl.replace("%2F", "/").replace("%2f", "/").replace("%3A", ":").replace("%3a", ":");
        let (path, qualifiers) = decoded.split_once('?').unwrap_or((&decoded, ""));
        let qualifier = |key: &str| {
            let pairs = qualifiers.split('&').filter_map(|pair| pair.split_once('='));
            pairs.into_iter().find(|(name, _)| *name == key).map(|(_, value)| value)
        };
        let Some(image) = path.strip_prefix("pkg:oci/").or_else(|| path.strip_prefix("pkg:docker/")) else {
            return;
        };
        let (name, version) = image.split_once('@').unwrap_or((image, ""));
        self.add_versioned(qualifier("repository_url").unwrap_or(name), version);
        self.tags.extend(qualifier("tag").map(str::to_owned));
    }

    /// What CycloneDX says of its subject.
    pub(super) fn of_component(component: Node<'_>) -> Self {
        let text = |key: &str| component.get(key).and_then(Node::text).unwrap_or_default();
        let mut image = Self::default();
        image.add_purl(text("purl"));
        let properties = component.get("properties").into_iter().flat_map(Node::items);
        for property in properties.filter(|property| names_image(property.get("name"))) {
            image.add(property.get("value").and_then(Node::text).unwrap_or_default());
        }
        if text("type") == "container" {
            image.add_versioned(text("name"), text("version"));
        }
        image
    }

    /// What SPDX says of the packages that it describes.
    pub(super) fn of_spdx(root: Node<'_>) -> Self {
        let described = described(root);
        let mut image = Self::default();
        for package in root.get("packages").into_iter().flat_map(Node::items) {
            let id = package.get("SPDXID").and_then(Node::text).unwrap_or_default();
            if described.contains(&id) {
                image.add_package(package, id);
            }
        }
        image
    }

    /// What an in-toto statement says of its subjects, as BuildKit and Cosign write them.
    /// Source: in-toto attestation framework, "Statement".
    pub(super) fn add_subjects(&mut self, statement: Node<'_>) {
        for subject in statement.get("subject").into_iter().flat_map(Node::items) {
            match subject.get("name").and_then(Node::text).unwrap_or_default() {
                purl if purl.starts_with("pkg:") => self.add_purl(purl),
                reference => self.add(reference),
            }
            let digest = subject.get("digest").and_then(|digest| digest.get("sha256")).and_then(Node::text);
            self.digests.extend(digest.map(|digits| format!("sha256:{digits}")));
        }
    }

    fn add_package(&mut self, package: Node<'_>, id: &str) {
        let text = |key: &str| package.get(key).and_then(Node::text).unwrap_or_default();
        let references = package.get("externalRefs").into_iter().flat_map(Node::items);
        for locator in references.filter_map(|reference| reference.get("referenceLocator")?.text()) {
            self.add_purl(locator);
        }
        for note in notes(package) {
            let named = ["RepoTag: ", "RepoDigest: "].iter().find_map(|head| note.strip_prefix(head));
            self.add(named.unwrap_or_default());
        }
        let marks = ["SPDXRef-ContainerImage", "SPDXRef-DocumentRoot-Image"];
        if text("primaryPackagePurpose") == "CONTAINER" || marks.iter().any(|mark| id.starts_with(mark)) {
            self.add_versioned(text("name"), text("versionInfo"));
        }
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Repository { host, path }) = self.repositories.first() {
            let host = host.as_deref().map(|host| format!("{host}/")).unwrap_or_default();
            write!(f, "{host}{path}")?;
        }
        match (self.tags.first(), self.digests.first()) {
            (Some(tag), _) => write!(f, ":{tag}"),
            (None, Some(digest)) => write!(f, "@{digest}"),
            (None, None) => Ok(()),
        }
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A first part with a dot, a port or `localhost` is a host; Docker Hub's own images lie in `library`.
/// Source: distribution/reference, "Grammar".
fn repository(name: &str) -> Repository {
    let host = name.split_once('/').filter(|(first, _)| first.contains(['.', ':']) || *first == "localhost");
    let (host, path) = host.map_or((None, name), |(host, path)| (Some(host), path));
    let host = host.filter(|host| !DOCKER_HUB.contains(host)).map(str::to_owned);
    Repository { host, path: path.strip_prefix("library/").unwrap_or(path).to_owned() }
}

fn is_tagged(name: &str) -> bool {
    name.contains('@') || name.rsplit_once(':').is_some_and(|(_, tag)| !tag.contains('/'))
}

/// `aquasecurity:trivy:RepoTag` and `...:RepoDigest`.
fn names_image(name: Option<Node<'_>>) -> bool {
    let name = name.and_then(Node::text).unwrap_or_default();
    ["RepoTag", "RepoDigest"].iter().any(|end| name.ends_with(end))
}

/// `SPDXRef-...` of what the document is about.
fn described<'d>(root: Node<'d>) -> Vec<&'d str> {
    let text = |node: Node<'d>, key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
    let relations = root.get("relationships").into_iter().flat_map(Node::items);
    let describes = relations.filter(|relation| {
        text(*relation, "relationshipType") == "DESCRIBES"
            && text(*relation, "spdxElementId") == "SPDXRef-DOCUMENT"
    });
    let listed = root.get("documentDescribes").into_iter().flat_map(Node::items).filter_map(Node::text);
    listed.chain(describes.map(|relation| text(relation, "relatedSpdxElement"))).collect()
}

/// Texts beside a package, in which Trivy says what it scanned.
fn notes(package: Node<'_>) -> impl Iterator<Item = &str> {
    let items = |key: &str| package.get(key).into_iter().flat_map(Node::items);
    let comments = items("annotations").filter_map(|note| note.get("comment")?.text());
    items("attributionTexts").filter_map(Node::text).chain(comments)
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn a_name_without_a_host_is_the_same_image_in_any_registry() {
        let built = Image::named("acme/checkout:1.2");
        for same in [
            "acme/checkout:1.2",
            "docker.io/acme/checkout:1.2",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/acme/checkout:1.2",
        ] {
            assert!(built.is(same), "{same}");
        }
        for other in ["acme/checkout:1.3", "acme/checkout", "checkout:1.2", "other/acme/checkout:1.2"] {
            assert!(!built.is(other), "{other}");
        }
    }

    #[test]
    fn a_host_that_is_named_counts() {
        let pushed = Image::named("ghcr.io/acme/checkout:1");
        assert!(pushed.is("ghcr.io/acme/checkout:1"));
        assert!(!pushed.is("quay.io/acme/checkout:1") && !pushed.is("acme/checkout:1"));
        assert!(Image::named("docker.io/library/nginx:1").is("nginx:1"));
        assert!(Image::named("localhost:5000/app").is("localhost:5000/app"));
    }

    #[test]
    fn a_digest_settles_it_and_a_tag_goes_before_digests_that_differ() {
        let (one, two) = (format!("sha256:{:064}", 1), format!("sha256:{:064}", 2));
        let scanned = Image::named(&format!("acme/checkout:1.2@{one}"));
        assert!(scanned.is(&format!("mirror.example/checkout@{one}")));
        assert!(!scanned.is(&format!("acme/checkout@{two}")));
        // An index and its image for one platform have digests of their own.
        assert!(scanned.is(&format!("acme/checkout:1.2@{two}")));
        assert!(!scanned.is(&format!("acme/checkout:1.3@{two}")));
    }

    #[test]
    fn package_urls_name_images() {
        let digest = format!("sha256:{:064}", 7);
        let mut image = Image::default();
        image.add_purl(&format!(
            "pkg:oci/checkout@{}?arch=amd64&repository_url=ghcr.io%2Facme%2Fcheckout&tag=1.2",
            digest.replace(':', "%3A")
        ));
        assert!(image.is("ghcr.io/acme/checkout:1.2") && image.is(&format!("other@{digest}")));
        assert!(!image.is("ghcr.io/acme/checkout:1.3"));
        let mut library = Image::default();
        library.add_purl("pkg:npm/checkout@1.2.0");
        assert!(library.is_none());
    }

    #[test]
    fn archives_and_nothing_name_no_image() {
        for reference in ["", "/tmp/image.tar", "build/app.tar", "./app"] {
            assert!(Image::named(reference).is_none(), "{reference}");
        }
    }
}
