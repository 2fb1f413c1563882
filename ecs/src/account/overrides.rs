//! What a task runs: its definition, with the overrides that it was started with.
//!
//! Source: Amazon ECS API reference, `TaskOverride` and `ContainerOverride`: variables are added or replaced by
//! name, every other member replaces the definition's.

use serde_json::{Map, Value};

/// Members of an override that name what is overridden, or hold it.
const STRUCTURE: [&str; 2] = ["containerOverrides", "inferenceAcceleratorOverrides"];

/// The description with the overrides in it; `None` where they change nothing.
pub(super) fn applied(description: &Value, overrides: &Value) -> Option<Value> {
    let mut applied = description.clone();
    let definition = applied.get_mut("taskDefinition")?.as_object_mut()?;
    replace(definition, overrides, &STRUCTURE);
    let containers = definition.get_mut("containerDefinitions").and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
        let name = container.get("name").cloned();
        let items = overrides["containerOverrides"].as_array().into_iter().flatten();
        for item in items.filter(|item| item.get("name") == name.as_ref()) {
            replace(container, item, &["name", "environment"]);
            set_variables(container, &item["environment"]);
        }
    }
    (applied != *description).then_some(applied)
}

/// Takes over what an override sets: neither null nor an empty list does.
fn replace(target: &mut Map<String, Value>, overrides: &Value, but: &[&str]) {
    let members = overrides.as_object().into_iter().flatten();
    for (member, value) in members.filter(|(member, _)| !but.contains(&member.as_str())) {
        if !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()) {
            target.insert(member.clone(), value.clone());
        }
    }
}

fn set_variables(container: &mut Map<String, Value>, overrides: &Value) {
    let Some(overrides) = overrides.as_array().filter(|overrides| !overrides.is_empty()) else { return };
    let overridden = |variable: &Value| overrides.iter().any(|other| other["name"] == variable["name"]);
    let own = container.get("environment").and_then(Value::as_array).into_iter().flatten();
    let kept = own.filter(|variable| !overridden(variable)).chain(overrides).cloned().collect();
    container.insert("environment".to_owned(), Value::Array(kept));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn description() -> Value {
        json!({"taskDefinition": {"family": "web", "taskRoleArn": "one", "containerDefinitions": [
            {"name": "app", "command": ["serve"], "environment": [
                {"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
            {"name": "proxy"}]}, "tags": []})
    }

    #[test]
    fn variables_are_set_by_name_and_everything_else_replaces() {
        let overrides = json!({"taskRoleArn": "two", "containerOverrides": [{"name": "app",
            "command": ["migrate"], "environment": [{"name": "B", "value": "3"}, {"name": "C", "value": "4"}]}]});
        let applied = applied(&description(), &overrides).unwrap();
        let definition = &applied["taskDefinition"];
        assert_eq!(definition["taskRoleArn"], "two");
        let container = &definition["containerDefinitions"][0];
        assert_eq!(container["command"], json!(["migrate"]));
        assert_eq!(
            container["environment"],
            json!([{"name": "A", "value": "1"}, {"name": "B", "value": "3"}, {"name": "C", "value": "4"}])
        );
        assert_eq!(definition["containerDefinitions"][1], json!({"name": "proxy"}));
        assert!(definition.get("containerOverrides").is_none());
    }

    #[test]
    fn overrides_as_every_task_has_them_change_nothing() {
        for idle in [
            json!(null),
            json!({"containerOverrides": [{"name": "app"}], "inferenceAcceleratorOverrides": []}),
            json!({"containerOverrides": [{"name": "app", "command": [], "environment": [], "cpu": null}]}),
        ] {
            assert_eq!(applied(&description(), &idle), None, "{idle}");
        }
    }
}
