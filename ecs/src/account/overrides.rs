//! What a task runs: its definition's description, with the overrides that it was started with.

use serde_json::Value;

use crate::overrides;

/// The description with the overrides in it; `None` where they change nothing.
pub(super) fn applied(description: &Value, overrides: &Value) -> Option<Value> {
    let mut applied = description.clone();
    let definition = applied.get_mut("taskDefinition")?.as_object_mut()?;
    overrides::lay(definition, overrides.as_object()?);
    (applied != *description).then_some(applied)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn description() -> Value {
        json!({"taskDefinition": {"family": "web", "taskRoleArn": "one", "containerDefinitions": [
            {"name": "app", "command": ["serve"]}]}, "tags": []})
    }

    #[test]
    fn overrides_change_the_definition_within_the_description() {
        let applied = applied(&description(), &json!({"taskRoleArn": "two"})).unwrap();
        assert_eq!(applied["taskDefinition"]["taskRoleArn"], "two");
    }

    #[test]
    fn overrides_as_every_task_has_them_change_nothing() {
        for idle in [
            json!(null),
            json!({"containerOverrides": [{"name": "app"}], "inferenceAcceleratorOverrides": []}),
        ] {
            assert_eq!(applied(&description(), &idle), None, "{idle}");
        }
    }
}
