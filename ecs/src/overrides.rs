//! What a task runs: its definition, with the overrides that it is started with.
//!
//! Source: Amazon ECS API reference, `TaskOverride` and `ContainerOverride`: variables are added or replaced by
//! name, every other member replaces the definition's.

use serde_json::{Map, Value};

use crate::examine::member;
use crate::spelling;

/// Members of an override that name what is overridden, or hold it.
const STRUCTURE: [&str; 2] = ["containerOverrides", "inferenceAcceleratorOverrides"];

/// Lays overrides over a definition that is spelled as the API spells it. What fits nothing is left alone.
pub(crate) fn lay(definition: &mut Map<String, Value>, overrides: &Map<String, Value>) {
    replace(definition, overrides, &STRUCTURE);
    let items = member(overrides, "containerOverrides").and_then(Value::as_array).into_iter().flatten();
    let items: Vec<_> = items.filter_map(Value::as_object).collect();
    let containers = definition.get_mut("containerDefinitions").and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = container.get("name").cloned();
        for item in items.iter().filter(|item| name.is_some() && member(item, "name") == name.as_ref()) {
            replace(container, item, &["name", "environment"]);
            set_variables(container, member(item, "environment"));
        }
    }
}

/// Takes over what an override sets: neither null nor an empty list does.
fn replace(target: &mut Map<String, Value>, overrides: &Map<String, Value>, but: &[&str]) {
    for (key, value) in overrides {
        let key = spelling::member(key);
        let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if !empty && !but.contains(&key.as_str()) {
            target.insert(key, value.clone());
        }
    }
}

fn set_variables(container: &mut Map<String, Value>, overrides: Option<&Value>) {
    let Some(overrides) = overrides.and_then(Value::as_array).filter(|list| !list.is_empty()) else { return };
    let named =
        |variable: &Value| variable.as_object().and_then(|variable| member(variable, "name")).cloned();
    let overridden = |variable: &Value| overrides.iter().any(|other| named(other) == named(variable));
    let own = container.get("environment").and_then(Value::as_array).into_iter().flatten();
    let kept = own.filter(|variable| !overridden(variable)).chain(overrides).cloned().collect();
    container.insert("environment".to_owned(), Value::Array(kept));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn definition() -> Value {
        json!({"family": "web", "taskRoleArn": "one", "containerDefinitions": [
            {"name": "app", "command": ["serve"], "environment": [
                {"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"name": "proxy"}]})
    }

    fn laid(overrides: &Value) -> Value {
        let mut definition = definition();
        lay(definition.as_object_mut().unwrap(), overrides.as_object().unwrap());
        definition
    }

    #[test]
    fn variables_are_set_by_name_and_everything_else_replaces() {
        let laid = laid(&json!({"TaskRoleArn": "two", "containerOverrides": [{"name": "app",
            "command": ["migrate"], "environment": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]}]}));
        assert_eq!(laid["taskRoleArn"], "two");
        let container = &laid["containerDefinitions"][0];
        assert_eq!(container["command"], json!(["migrate"]));
        assert_eq!(
            container["environment"],
            json!([{"name": "A", "value": "1"}, {"name": "B", "value": "3"}, {"name": "C", "value": "4"}])
        );
        assert_eq!(laid["containerDefinitions"][1], json!({"name": "proxy"}));
        assert!(laid.get("containerOverrides").is_none());
    }

    #[test]
    fn what_sets_nothing_or_names_no_container_changes_nothing() {
        for idle in [
            json!({}),
            json!({"containerOverrides": [{"name": "app"}], "inferenceAcceleratorOverrides": []}),
            json!({"containerOverrides": [{"name": "app", "command": [], "environment": [], "cpu": null}]}),
            json!({"containerOverrides": [{"name": "other", "command": ["x"]}, {"command": ["x"]}, "x"]}),
            json!({"containerOverrides": {}}),
        ] {
            assert_eq!(laid(&idle), definition(), "{idle}");
        }
    }
}
