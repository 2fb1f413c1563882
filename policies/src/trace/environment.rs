//! Environments as recordings write them down: variables, system properties, files, and how each
//! endpoint answers. `oracle/README.md` describes the format.

use super::offer::{
    Content, EndpointAnswer, Endpoints, Given, MetadataAnswer, Offer, ProxyAnswer, Settings, StsAnswer,
};
use crate::credential::Secret;
use crate::document::{Node, Position};

/// HOME, as an environment's texts write it.
const HOME: &str = "~";

/// A recorded environment.
#[derive(Debug)]
pub struct Environment {
    /// Its name; empty when it has none.
    pub name: String,
    /// What a process finds in it.
    pub offer: Offer,
}

/// What is wrong with an environment, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is not {expected}")]
pub struct Misread {
    /// The field.
    pub field: String,
    /// What it should be.
    pub expected: &'static str,
    /// Where it stands.
    pub position: Position,
}

/// Reads an environment. Fields that are not known are left alone.
pub fn read(node: Node<'_>) -> Result<Environment, Misread> {
    if !node.is_mapping() {
        return Err(misread(node, "the document", "an environment"));
    }
    let mut offer = Offer { home: HOME.to_owned(), ..Offer::default() };
    if let Some(variables) = node.get("variables") {
        read_settings(variables, "variables", &mut offer.variables)?;
    }
    if let Some(properties) = node.get("systemProperties") {
        read_settings(properties, "systemProperties", &mut offer.properties)?;
    }
    for file in node.get("files").into_iter().flat_map(Node::items) {
        read_file(file, &mut offer)?;
    }
    if let Some(endpoints) = node.get("endpoints") {
        offer.endpoints = read_endpoints(endpoints)?;
    }
    let name = node.get("name").and_then(Node::text).unwrap_or_default().to_owned();
    Ok(Environment { name, offer })
}

fn read_settings(node: Node<'_>, field: &str, settings: &mut Settings) -> Result<(), Misread> {
    for entry in node.entries() {
        let (Some(name), Some(value)) = (entry.key.text(), entry.value.text()) else {
            return Err(misread(entry.value, field, "a mapping of names to texts"));
        };
        settings.append(name, Given::Text(Secret::new(value)), Some(entry.value.at()));
    }
    Ok(())
}

fn read_file(node: Node<'_>, offer: &mut Offer) -> Result<(), Misread> {
    let path = node
        .get("path")
        .and_then(Node::text)
        .ok_or_else(|| misread(node, "files", "a list of path and text"))?;
    let text = node.get("text").and_then(Node::text).unwrap_or_default();
    let (path, content) = match path.strip_suffix('/') {
        Some(folder) => (folder, Content::Folder),
        None => (path, Content::text(text)),
    };
    offer.files.add(path, content, Some(node.at()));
    Ok(())
}

fn read_endpoints(node: Node<'_>) -> Result<Endpoints, Misread> {
    Ok(Endpoints {
        metadata: answer(node, "metadata", MetadataAnswer::named)?,
        ecs: answer(node, "ecs", EndpointAnswer::named)?,
        pod_identity: answer(node, "podIdentity", EndpointAnswer::named)?,
        loopback: answer(node, "loopback", EndpointAnswer::named)?,
        sts: answer(node, "sts", StsAnswer::named)?,
        proxy: answer(node, "proxy", ProxyAnswer::named)?,
    })
}

fn answer<T: Default>(node: Node<'_>, name: &str, named: impl Fn(&str) -> Option<T>) -> Result<T, Misread> {
    let Some(value) = node.get(name) else { return Ok(T::default()) };
    value.text().and_then(named).ok_or_else(|| misread(value, name, "an answer that endpoints give"))
}

fn misread(node: Node<'_>, field: &str, expected: &'static str) -> Misread {
    Misread { field: field.to_owned(), expected, position: node.position() }
}
