//! Namespaces of checks' own.

use anyhow::Result;
use serde_json::{Value, json};

use crate::api::{Answer, Api};
use crate::objects::items;

/// A namespace for one check.
pub(crate) struct Room {
    /// Its name.
    pub(crate) name: String,
    api: Api,
}

impl Room {
    /// Makes the namespace.
    pub(crate) async fn make(api: &Api, name: String, labels: &Value) -> Result<Self> {
        let namespace =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
        api.post("/api/v1/namespaces", &namespace).await?.object()?;
        Ok(Self { name, api: api.clone() })
    }

    /// Creates an object of a resource such as `pods`.
    pub(crate) async fn create(&self, resource: &str, object: &Value) -> Result<Answer> {
        self.api.post(&self.path(resource, ""), object).await
    }

    /// Asks what would be created.
    pub(crate) async fn dry_run(&self, resource: &str, object: &Value) -> Result<Answer> {
        self.api.post(&self.path(resource, "?dryRun=All"), object).await
    }

    /// Reads an object.
    pub(crate) async fn get(&self, resource: &str, name: &str) -> Result<Answer> {
        self.api.get(&self.path(resource, &format!("/{name}"))).await
    }

    /// What is there of a resource.
    pub(crate) async fn list(&self, resource: &str) -> Result<Vec<Value>> {
        let list = self.api.get(&self.path(resource, "")).await?.object()?;
        Ok(items(&list["items"]).to_vec())
    }

    /// Changes an object, or a subresource of it, by a merge patch.
    pub(crate) async fn patch(&self, resource: &str, name: &str, changes: &Value) -> Result<Answer> {
        self.api.patch(&self.path(resource, &format!("/{name}")), changes).await
    }

    /// Deletes an object at once.
    pub(crate) async fn delete(&self, resource: &str, name: &str) -> Result<Answer> {
        self.api.delete(&self.path(resource, &format!("/{name}?gracePeriodSeconds=0"))).await
    }

    /// The path of the namespace itself.
    pub(crate) fn namespace_path(&self) -> String {
        format!("/api/v1/namespaces/{}", self.name)
    }

    fn path(&self, resource: &str, rest: &str) -> String {
        let group = match resource {
            "deployments" | "replicasets" => "/apis/apps/v1",
            "networkpolicies" => "/apis/networking.k8s.io/v1",
            _ => "/api/v1",
        };
        format!("{group}/namespaces/{}/{resource}{rest}", self.name)
    }
}
