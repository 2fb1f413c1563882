//! The object of a review, read as the engine reads files.

use policyctl_policies::document::{Document, Node};
use policyctl_policies::read::{self, Contents};
use policyctl_policies::workload::Workload;

use crate::events::Controller;
use crate::review::Request;

/// An object and what the engine sees in it.
pub struct Subject {
    /// The object.
    pub document: Document,
    /// What the engine sees in it.
    pub contents: Contents,
}

impl Subject {
    /// Looks at an object of a review. `None` when there is none, or nothing in it is scheduled.
    ///
    /// The namespace is the request's: the object's own may be empty.
    pub fn of(object: Option<Node<'_>>, request: &Request<'_>) -> Option<Self> {
        let object = object?;
        let document = object.document().part(object.at());
        let mut contents = read::read(&document, "object");
        for workload in &mut contents.workloads {
            workload.id.namespace = Some(request.namespace.into());
        }
        (!contents.workloads.is_empty()).then_some(Self { document, contents })
    }

    /// The one workload, when it is a pod itself.
    pub fn pod(&self) -> Option<&Workload> {
        let [workload] = self.contents.workloads.as_slice() else { return None };
        workload.pod().filter(|pod| !pod.template).map(|_| workload)
    }

    /// The object carries this annotation.
    pub fn is_annotated(&self, key: &str) -> bool {
        let annotations =
            self.document.root().get("metadata").and_then(|metadata| metadata.get("annotations"));
        annotations.is_some_and(|annotations| annotations.get(key).is_some())
    }

    /// The controller that made the object, for logs and Events alone: whoever writes a pod writes this too.
    pub fn controller(&self) -> Option<Controller> {
        let owners = self.document.root().get("metadata")?.get("ownerReferences")?;
        let owner =
            owners.items().find(|owner| owner.get("controller").and_then(Node::boolean) == Some(true))?;
        let text = |name| Some(owner.get(name)?.text()?.to_owned());
        Some(Controller {
            api_version: text("apiVersion").unwrap_or_default(),
            kind: text("kind")?,
            name: text("name")?,
            uid: text("uid").unwrap_or_default(),
        })
    }

    /// Kind and name of that controller.
    pub fn owner(&self) -> Option<String> {
        self.controller().map(|controller| format!("{}/{}", controller.kind, controller.name))
    }
}

/// A pod or its ephemeral containers.
pub(super) fn is_pod(request: &Request<'_>) -> bool {
    request.group.is_empty()
        && request.kind == "Pod"
        && matches!(request.sub_resource, "" | "ephemeralcontainers")
}
