//! From a file to the body of RegisterTaskDefinition.
//!
//! A file may hold the request itself, the output of DescribeTaskDefinition, the console's export, YAML,
//! CloudFormation's spelling, or a template with one task definition that nothing computes. Members that are not known are kept: the API decides what it takes.
//!
//! Source: Amazon ECS API reference, `RegisterTaskDefinition` and `TaskDefinition`.

use policyctl_policies::document::{Document, Format, Limits, Node, Unreadable, parse};
use serde_json::{Map, Value};

use crate::examine::shown;
use crate::spelling;

/// What a description has and a request has not.
const DESCRIBED: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

/// Members of the request that hold numbers as texts.
const TEXTS: [&str; 2] = ["cpu", "memory"];

/// Members that the API asks for.
const REQUIRED: [&str; 2] = ["family", "containerDefinitions"];

/// What a template calls a task definition.
const RESOURCE: &str = "AWS::ECS::TaskDefinition";

/// Why a file cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error("{}:{}: {}", .0.position.line, .0.position.column, .0.reason)]
    Unreadable(#[from] Unreadable),
    /// It holds none, or several: each is registered on its own.
    #[error("expected one document with one task definition")]
    NotOne,
    /// A list of containers has no family.
    #[error("a list of container definitions cannot be registered: it has no family")]
    Bare,
    /// The API asks for it.
    #[error("the task definition has no {0}")]
    Missing(&'static str),
    /// One of the two would be lost.
    #[error("{0} is given twice")]
    Repeated(String),
    /// CloudFormation's functions: their values are not known here.
    #[error("{0} is computed by a template: render it first")]
    Computed(String),
}

/// The body of RegisterTaskDefinition for what a file holds.
pub fn body(name: &str, bytes: &[u8], format: Format) -> Result<Value, Error> {
    let mut documents = parse(&name.into(), bytes, format, Limits::default()).into_iter();
    let (Some(document), None) = (documents.next(), documents.next()) else { return Err(Error::NotOne) };
    request(&document?)
}

fn request(document: &Document) -> Result<Value, Error> {
    if let Some(repeated) = document.duplicates().first() {
        return Err(Error::Repeated(shown(&document.pointer(repeated.second))));
    }
    let mut root = match value(only(document.root())?, Place::Structure)? {
        Some(Value::Object(root)) => root,
        Some(Value::Array(items)) if items.iter().any(is_container) => return Err(Error::Bare),
        _ => return Err(Error::NotOne),
    };
    if let Some(Value::Object(described)) = root.remove("taskDefinition") {
        root = unwrap(root, described)?;
    }
    root.retain(|member, _| !DESCRIBED.contains(&member.as_str()));
    for member in TEXTS {
        root.entry(member).and_modify(as_text);
    }
    root.retain(|_, value| !value.is_null());
    complete(root)
}

/// The one task definition of a template; what is no template stands for itself.
fn only(root: Node<'_>) -> Result<Node<'_>, Error> {
    let Some(resources) = root.get("Resources").filter(|resources| resources.is_mapping()) else {
        return Ok(root);
    };
    let all = resources.entries().map(|entry| entry.value);
    let mut all = all.filter(|resource| resource.get("Type").and_then(Node::text) == Some(RESOURCE));
    match (all.next(), all.next()) {
        (Some(resource), None) => Ok(resource.get("Properties").unwrap_or(resource)),
        _ => Err(Error::NotOne),
    }
}

fn is_container(item: &Value) -> bool {
    item.get("image").is_some()
}

/// Tags stand beside a description and within a request.
fn unwrap(
    mut beside: Map<String, Value>,
    mut described: Map<String, Value>,
) -> Result<Map<String, Value>, Error> {
    let Some(tags) = beside.remove("tags") else { return Ok(described) };
    match described.insert("tags".to_owned(), tags) {
        Some(_) => Err(Error::Repeated("/tags".to_owned())),
        None => Ok(described),
    }
}

fn complete(root: Map<String, Value>) -> Result<Value, Error> {
    if REQUIRED.iter().all(|member| !root.contains_key(*member)) {
        return Err(Error::NotOne);
    }
    for member in REQUIRED {
        if !root.contains_key(member) {
            return Err(Error::Missing(member));
        }
    }
    Ok(Value::Object(root))
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Its members are the API's.
    Structure,
    /// Its members are somebody's own, and hold texts.
    Map,
    /// A text, however it was written.
    Text,
    /// Names with values, which some templates write as a map.
    Pairs(&'static str),
}

/// A node as the API takes it; `None` for null, which no request holds.
fn value(node: Node<'_>, place: Place) -> Result<Option<Value>, Error> {
    if is_computed(node, place) {
        return Err(Error::Computed(shown(&node.pointer())));
    }
    Ok(if let (Place::Pairs(name), true) = (place, node.is_mapping()) {
        Some(pairs(node, name))
    } else if node.is_mapping() {
        Some(Value::Object(members(node, place)?))
    } else if node.is_sequence() {
        let place = if matches!(place, Place::Pairs(_)) { Place::Structure } else { place };
        let items: Result<Vec<_>, _> = node.items().map(|item| value(item, place)).collect();
        Some(items?.into_iter().flatten().collect())
    } else {
        scalar(node, place)
    })
}

/// Whether a template's function stands there, as YAML writes it or as JSON does.
fn is_computed(node: Node<'_>, place: Place) -> bool {
    let is_function = |key: &str| key == "Ref" || key.starts_with("Fn::");
    let mut keys = node.entries().map(|entry| entry.key.text().unwrap_or_default());
    let alone = (keys.next(), keys.next());
    let named = place != Place::Map && matches!(alone, (Some(key), None) if is_function(key));
    named || node.tag().is_some_and(|tag| !tag.starts_with("!!") && !tag.starts_with("tag:yaml.org"))
}

fn members(node: Node<'_>, place: Place) -> Result<Map<String, Value>, Error> {
    let mut members = Map::new();
    for entry in node.entries() {
        let written = entry.key.text().unwrap_or_default();
        let key = if place == Place::Structure { spelling::member(written) } else { written.to_owned() };
        let Some(value) = value(entry.value, place_of(&key, place, entry.value))? else { continue };
        if members.insert(key, value).is_some() {
            return Err(Error::Repeated(shown(&entry.value.pointer())));
        }
    }
    Ok(members)
}

fn pairs(node: Node<'_>, name: &str) -> Value {
    let pair = |(key, value): (&str, &str)| {
        Value::Object(Map::from_iter([(name.to_owned(), key.into()), ("value".to_owned(), value.into())]))
    };
    node.entries().filter_map(|entry| Some((entry.key.text()?, entry.value.text()?))).map(pair).collect()
}

fn place_of(key: &str, parent: Place, value: Node<'_>) -> Place {
    match parent {
        Place::Structure if key == "environment" => Place::Pairs("name"),
        Place::Structure if key == "tags" => Place::Pairs("key"),
        Place::Structure if spelling::is_map(key) && value.is_mapping() => Place::Map,
        // Names with values: variables, tags, properties.
        Place::Structure if key == "value" => Place::Text,
        Place::Structure => Place::Structure,
        Place::Map | Place::Text | Place::Pairs(_) => Place::Text,
    }
}

fn scalar(node: Node<'_>, place: Place) -> Option<Value> {
    let text = node.text()?;
    if place == Place::Text || node.string() == Some(text) && node.boolean().is_none() {
        return Some(text.into());
    }
    let boolean = node.boolean().map(Value::Bool);
    Some(boolean.or_else(|| serde_json::from_str(text).ok()).unwrap_or_else(|| text.into()))
}

fn as_text(value: &mut Value) {
    if value.is_number() {
        *value = Value::String(value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of_json(value: &Value) -> Result<Value, Error> {
        body("taskdef.json", value.to_string().as_bytes(), Format::Json)
    }

    fn plain() -> Value {
        json!({"family": "web", "containerDefinitions": [{"name": "app", "image": "nginx", "futureMember": {"Deep": [1.5]}}]})
    }

    #[test]
    fn a_request_is_kept_as_it_is_with_members_nobody_knows() {
        let mut request = plain();
        request["containerDefinitions"][0]["futureMember"] = json!({"deep": [1.5, true, "1"]});
        assert_eq!(of_json(&request), Ok(request));
    }

    #[test]
    fn a_description_becomes_a_request_with_its_tags() {
        let mut described = plain();
        for member in DESCRIBED {
            described[member] = json!("x");
        }
        let described = json!({"taskDefinition": described, "tags": [{"key": "Team", "value": "a"}]});
        let request = of_json(&described).unwrap();
        assert_eq!(request["tags"], json!([{"key": "Team", "value": "a"}]));
        assert!(DESCRIBED.iter().all(|member| request.get(member).is_none()));
        assert_eq!(of_json(&request), Ok(request));
    }

    #[test]
    fn an_export_loses_its_nulls() {
        let mut export = plain();
        export["taskRoleArn"] = Value::Null;
        export["containerDefinitions"][0]["environmentFiles"] = Value::Null;
        let request = of_json(&export).unwrap();
        assert!(request.get("taskRoleArn").is_none());
        assert!(request["containerDefinitions"][0].get("environmentFiles").is_none());
    }

    #[test]
    fn capitals_in_front_go_but_never_within_maps() {
        let request = of_json(&json!({"Family": "web", "ContainerDefinitions": [{
            "Name": "app", "Image": "nginx",
            "DockerLabels": {"Team": "A", "options": "B"},
            "LogConfiguration": {"LogDriver": "awsfirelens", "Options": {"Name": "s3"}},
        }], "Volumes": [{"Name": "v", "DockerVolumeConfiguration": {"DriverOpts": {"Type": "nfs"}, "Labels": {"X": "y"}}}]}))
        .unwrap();
        let container = &request["containerDefinitions"][0];
        assert_eq!(container["dockerLabels"], json!({"Team": "A", "options": "B"}));
        assert_eq!(container["logConfiguration"]["options"], json!({"Name": "s3"}));
        assert_eq!(request["volumes"][0]["dockerVolumeConfiguration"]["driverOpts"], json!({"Type": "nfs"}));
    }

    #[test]
    fn texts_stay_texts_however_yaml_writes_them() {
        let yaml = "family: web\ncpu: 256\nmemory: '512'\ncontainerDefinitions:\n- name: app\n  image: nginx\n  cpu: 10\n  essential: true\n  environment:\n  - {name: VERSION, value: 1.10}\n  - {name: ACCOUNT, value: 012345678901}\n  - {name: ON, value: yes}\n  dockerLabels: {build: 007}\n";
        let request = body("taskdef.yaml", yaml.as_bytes(), Format::Yaml).unwrap();
        assert_eq!((&request["cpu"], &request["memory"]), (&json!("256"), &json!("512")));
        let container = &request["containerDefinitions"][0];
        assert_eq!((&container["cpu"], &container["essential"]), (&json!(10), &json!(true)));
        let values: Vec<_> =
            container["environment"].as_array().unwrap().iter().map(|variable| &variable["value"]).collect();
        assert_eq!(values, ["1.10", "012345678901", "yes"]);
        assert_eq!(container["dockerLabels"], json!({"build": "007"}));
    }

    #[test]
    fn variables_and_tags_written_as_maps_become_lists() {
        let yaml = "family: web\ntags: {Team: a}\ncontainerDefinitions: [{name: app, image: nginx, environment: {PORT: 80}}]\n";
        let request = body("taskdef.yaml", yaml.as_bytes(), Format::Yaml).unwrap();
        assert_eq!(request["tags"], json!([{"key": "Team", "value": "a"}]));
        assert_eq!(
            request["containerDefinitions"][0]["environment"],
            json!([{"name": "PORT", "value": "80"}])
        );
    }

    #[test]
    fn a_template_with_one_task_definition_holds_its_request() {
        let task = |family: Value| {
            json!({"Type": "AWS::ECS::TaskDefinition", "Properties": {
                "Family": family, "ContainerDefinitions": [{"Name": "app", "Image": "nginx", "DockerLabels": {"Ref": "a"}}]}})
        };
        let template =
            json!({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Web": task(json!("web"))}});
        let container = json!({"name": "app", "image": "nginx", "dockerLabels": {"Ref": "a"}});
        assert_eq!(of_json(&template), Ok(json!({"family": "web", "containerDefinitions": [container]})));
        let two = json!({"Resources": {"A": task(json!("a")), "B": task(json!("b"))}});
        assert_eq!(of_json(&two), Err(Error::NotOne));
        let computed = json!({"Resources": {"Web": task(json!({"Ref": "Name"}))}});
        let place = "/Resources/Web/Properties/Family";
        assert_eq!(of_json(&computed), Err(Error::Computed(place.to_owned())));
    }

    #[test]
    fn what_cannot_be_registered_is_said() {
        let of = |text: &str, format| body("x", text.as_bytes(), format);
        assert_eq!(of(r#"[{"name":"a","image":"b"}]"#, Format::Json), Err(Error::Bare));
        assert_eq!(of(r#"{"containerDefinitions":[]}"#, Format::Json), Err(Error::Missing("family")));
        assert_eq!(of(r#"{"family":"a"}"#, Format::Json), Err(Error::Missing("containerDefinitions")));
        assert_eq!(of("a: 1\n---\nb: 1\n", Format::Yaml), Err(Error::NotOne));
        assert_eq!(of("services: {app: {image: nginx}}\n", Format::Yaml), Err(Error::NotOne));
        assert_eq!(
            of(r#"{"family":"a","Family":"b","containerDefinitions":[]}"#, Format::Json),
            Err(Error::Repeated("/Family".into()))
        );
        let computed = "family: !Ref Name\ncontainerDefinitions: []\n";
        assert_eq!(of(computed, Format::Yaml), Err(Error::Computed("/family".into())));
        assert!(matches!(of("{", Format::Json), Err(Error::Unreadable(_))));
    }
}
