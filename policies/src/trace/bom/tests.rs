//! What bills of materials say of SDKs, of images, and of which containers they are.

use std::sync::Arc;

use super::packages::{MODULES, PACKAGES};
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
    assert_eq!(bom.sdks().collect::<Vec<_>>(), ["boto3:1.26", "js-v3"]);
    let old: Vec<_> = bom.too_old(Mechanism::PodIdentity).iter().map(ToString::to_string).collect();
    assert_eq!(old, ["boto3 1.26.0 does not know EKS Pod Identity (1.34.41 does)"]);
}

#[test]
fn spdx_names_sdks_and_java_needs_its_sts_module() {
    let auth = r#"{"externalRefs": [{"referenceLocator": "pkg:maven/software.amazon.awssdk/auth@2.30.0?type=jar"}]}"#;
    let sts = r#"{"externalRefs": [{"referenceLocator": "pkg:maven/software.amazon.awssdk/sts@2.30.0"}]}"#;
    let without = bom(&format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{auth}]}}"#));
    assert_eq!(without.sdks().collect::<Vec<_>>(), ["java-v2:without-sts"]);
    assert_eq!(without.too_old(Mechanism::WebIdentity).len(), 1);
    let with = bom(&format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{auth}, {sts}]}}"#));
    assert_eq!(with.sdks().collect::<Vec<_>>(), ["java-v2"]);
    assert_eq!(with.too_old(Mechanism::WebIdentity), []);
}

#[test]
fn one_package_of_dotnet_is_two_generations() {
    let bom = |version: &str| {
        bom(&format!(
            r#"{{"bomFormat": "CycloneDX", "components": [{{"purl": "pkg:nuget/AWSSDK.Core@{version}"}}]}}"#
        ))
    };
    assert!(bom("3.3.107.36").too_old(Mechanism::WebIdentity).iter().all(|old| old.since.is_none()));
    assert!(bom("3.3.103.69").too_old(Mechanism::WebIdentity).iter().any(|old| old.since.is_some()));
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

#[test]
fn task_roles_are_known_since_july_2016() {
    let old = |purl: &str| {
        let bom = bom(&format!(r#"{{"bomFormat": "CycloneDX", "components": [{{"purl": "{purl}"}}]}}"#));
        !bom.too_old(Mechanism::TaskRole).is_empty()
    };
    for purl in [
        "pkg:pypi/botocore@1.4.36",
        "pkg:npm/aws-sdk@2.4.6",
        "pkg:maven/com.amazonaws/aws-java-sdk-core@1.11.15",
    ] {
        assert!(old(purl), "{purl}");
    }
    for purl in [
        "pkg:pypi/botocore@1.4.37",
        "pkg:golang/github.com/aws/aws-sdk-go@v1.2.5",
        "pkg:cargo/aws-config@1.0.0",
    ] {
        assert!(!old(purl), "{purl}");
    }
}

#[test]
fn subjects_of_trivy_and_syft_name_their_image() {
    let digest = format!("sha256:{:064}", 7);
    let trivy = format!(
        r#"{{"bomFormat": "CycloneDX", "metadata": {{"component": {{"type": "container", "name": "acme/checkout:1.2", "version": "",
        "purl": "pkg:oci/checkout@{digest}?repository_url=index.docker.io%2Facme%2Fcheckout&arch=amd64",
        "properties": [{{"name": "aquasecurity:trivy:RepoTag", "value": "acme/checkout:1.2"}}]}}}}}}"#
    );
    let syft = r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"type": "container", "name": "acme/checkout", "version": "1.2"}}}"#;
    let trivy_spdx = format!(
        r#"{{"spdxVersion": "SPDX-2.3", "documentDescribes": ["SPDXRef-ContainerImage-1"], "packages": [
        {{"SPDXID": "SPDXRef-ContainerImage-1", "name": "acme/checkout:1.2", "attributionTexts": ["RepoDigest: acme/checkout@{digest}"]}},
        {{"SPDXID": "SPDXRef-Package-2", "name": "nginx", "versionInfo": "1.2", "primaryPackagePurpose": "LIBRARY"}}]}}"#
    );
    let syft_spdx = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"SPDXID": "SPDXRef-DocumentRoot-Image-checkout", "name": "acme/checkout",
        "versionInfo": "1.2", "primaryPackagePurpose": "CONTAINER"}], "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT",
        "relatedSpdxElement": "SPDXRef-DocumentRoot-Image-checkout", "relationshipType": "DESCRIBES"}]}"#;
    for text in [&trivy, syft, &trivy_spdx, syft_spdx] {
        let bom = bom(text);
        assert!(bom.image().is("ghcr.io/acme/checkout:1.2"), "{text}");
        assert!(!bom.image().is("ghcr.io/acme/checkout:1.3") && !bom.image().is("nginx:1.2"), "{text}");
        assert_eq!(bom.image().to_string(), "acme/checkout:1.2");
    }
}

#[test]
fn bills_of_applications_name_no_image() {
    for text in [
        r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"type": "application", "name": "checkout", "version": "1.2", "purl": "pkg:npm/checkout@1.2"}}}"#,
        r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"type": "container", "name": "/tmp/image.tar"}}}"#,
        r#"{"bomFormat": "CycloneDX"}"#,
        r#"{"spdxVersion": "SPDX-2.3", "documentDescribes": ["SPDXRef-1"], "packages": [{"SPDXID": "SPDXRef-1", "name": "checkout"}]}"#,
    ] {
        assert!(bom(text).image().is_none(), "{text}");
    }
}

#[test]
fn an_attestation_names_the_image_of_its_bill() {
    let digits = format!("{:064}", 7);
    for name in ["pkg:docker/acme/checkout@1.2?platform=linux%2Famd64", "docker.io/acme/checkout"] {
        let bom = bom(&format!(
            r#"{{"_type": "https://in-toto.io/Statement/v1", "subject": [{{"name": "{name}", "digest": {{"sha256": "{digits}"}}}}],
            "predicate": {{"spdxVersion": "SPDX-2.3", "packages": [{{"externalRefs": [{{"referenceLocator": "pkg:pypi/boto3@1.44.0"}}]}}]}}}}"#
        ));
        assert_eq!(bom.sdks().collect::<Vec<_>>(), ["boto3"]);
        assert!(bom.image().is("acme/checkout:1.2") && bom.image().is(&format!("mirror/x@sha256:{digits}")));
        assert!(!bom.image().is("acme/billing:1.2"));
    }
}

#[test]
fn spdx_3_names_sdks_and_the_image_that_is_its_root() {
    let bom = bom(r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:made", "specVersion": "3.0.1"},
        {"type": "SpdxDocument", "spdxId": "urn:doc", "rootElement": ["urn:bill"]},
        {"type": "software_Sbom", "spdxId": "urn:bill", "rootElement": ["urn:image"]},
        {"type": "software_Package", "spdxId": "urn:image", "name": "ghcr.io/acme/checkout", "software_packageVersion": "1.2",
         "software_primaryPurpose": "container"},
        {"type": "software_Package", "spdxId": "urn:nginx", "name": "nginx", "software_packageVersion": "1.2",
         "software_primaryPurpose": "container"},
        {"type": "software_Package", "spdxId": "urn:boto3", "name": "boto3", "software_packageUrl": "pkg:pypi/boto3@1.26.0"},
        {"type": "software_Package", "spdxId": "urn:go", "externalIdentifier": [
         {"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a:b"},
         {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
          "identifier": "pkg:golang/github.com/aws/aws-sdk-go-v2/config@v1.30.0"}]}]}"#);
    assert_eq!(bom.sdks().collect::<Vec<_>>(), ["boto3:1.26", "go-v2"]);
    assert!(bom.image().is("ghcr.io/acme/checkout:1.2") && !bom.image().is("nginx:1.2"));
}

#[test]
fn spdx_3_may_describe_its_image_in_a_relationship() {
    let bom = bom(r#"{"@context": ["https://spdx.org/rdf/3.1/spdx-context.jsonld"], "@graph": [
        {"type": "Relationship", "spdxId": "urn:r", "from": "urn:doc", "relationshipType": "describes", "to": ["urn:image"]},
        {"type": "software_Package", "spdxId": "urn:image", "software_packageUrl": "pkg:docker/acme/checkout@1.2"}]}"#);
    assert!(bom.image().is("acme/checkout:1.2"));
}

#[test]
fn other_graphs_are_no_bills() {
    let json = r#"{"@context": "https://schema.org", "@graph": []}"#;
    let stream = parse(&Arc::from("bom.json"), json.as_bytes(), Format::Json, Limits::default());
    let document = stream.into_iter().next().expect("a document").expect("readable");
    assert_eq!(Bom::read(document.root()), None);
}
