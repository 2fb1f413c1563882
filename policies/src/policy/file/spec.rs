//! The members of a policy file, with what each is for.

use super::shape::Emptiness::{Allowed, Refused};
use super::shape::{Field, Form, Shape, may, must};

/// A whole policy file.
pub(super) static FILE: Shape = Shape::Fields(&[
    must("apiVersion", "the version of this format", &Shape::Word(&["policyctl.dev/v1alpha1"])),
    must("kind", "what the document is", &Shape::Word(&["CredentialPolicy"])),
    must(
        "metadata",
        "the policy's name",
        &Shape::Fields(&[must("name", "what reports call the policy", &TEXT)]),
    ),
    may("spec", "what differs from the bundle", &Shape::Fields(SPEC)),
]);

const TEXT: Shape = Shape::Text(Form::Any);
const GLOBS: Shape = Shape::List(&Shape::Text(Form::Glob), Refused);
const LEVEL: Shape = Shape::Word(&["deny", "warn", "allow"]);
const DOOR: Shape = Shape::Word(&["cli", "webhook", "register", "gateway", "hook"]);
/// A hook answers yes or no; it cannot change what it sees.
const PATCHING: Shape = Shape::Word(&["cli", "webhook", "register", "gateway"]);
const DOORS: Shape = Shape::List(&PATCHING, Allowed);
const MODE: Shape = Shape::Word(&["audit", "warn", "enforce"]);

const SPEC: &[Field] = &[
    may(
        "extends",
        "the bundle that this policy stands on",
        &Shape::Word(&["advisory", "baseline", "strict"]),
    ),
    may("rules", "levels of rules, where they differ from the bundle", &Shape::List(&RULE, Allowed)),
    may(
        "needs",
        "who needs AWS, where the evidence misleads; the last match wins",
        &Shape::List(&NEED, Allowed),
    ),
    may("roles", "the role map: what identity a workload is meant to have", &Shape::Fields(ROLES)),
    may(
        "exceptions",
        "waivers, each with an owner, a reason and an expiry",
        &Shape::List(&EXCEPTION, Allowed),
    ),
    may("patch", "which doors may change what they see", &Shape::Fields(PATCH)),
    may("surroundings", "what a file cannot tell", &Shape::Fields(SURROUNDINGS)),
    may("admission", "how the admission webhook behaves", &Shape::Fields(ADMISSION)),
];

const RULE: Shape = Shape::Fields(&[
    must("name", "the rule's name", &Shape::Text(Form::Rule)),
    may("level", "how grave everything is that the rule says; `allow` silences it", &LEVEL),
    may("doors", "levels at single doors, which go before `level`", &Shape::List(&RULE_AT_DOOR, Refused)),
]);

const RULE_AT_DOOR: Shape =
    Shape::Fields(&[must("name", "the door", &DOOR), must("level", "how grave it is at this door", &LEVEL)]);

const NEED: Shape = Shape::Fields(&[
    must("name", "what reports call the entry", &TEXT),
    may("match", "whom it is about; without it everyone", &MATCH),
    must("aws", "how sure it is that they need AWS", &Shape::Word(&["none", "likely", "certain"])),
    may(
        "sdks",
        "the SDKs that they use, as `policyctl trace` names them; no other is in question then",
        &Shape::List(&Shape::Text(Form::Sdk), Refused),
    ),
]);

const MATCH: Shape = Shape::Fields(&[
    may("namespaces", "Kubernetes namespaces; a workload without one is in `default`", &GLOBS),
    may("workloads", "names of workloads", &GLOBS),
    may("kinds", "kinds of workloads: Deployment, TaskDefinition, ...", &GLOBS),
    may("containers", "names of containers", &GLOBS),
    may("serviceAccounts", "names of Kubernetes service accounts", &GLOBS),
    may("families", "families of ECS task definitions", &GLOBS),
    may("tags", "tags of ECS task definitions, all of which must be there", &Shape::Texts(Form::Glob)),
]);

const ROLES: &[Field] = &[
    may("ecs", "roles of task definitions", &Shape::List(&ECS_ROLE, Allowed)),
    may("kubernetes", "roles of pods", &Shape::List(&POD_ROLE, Allowed)),
];

const REPLACES_KEYS: &str = "whether the static key pair may be taken out when this role goes in";

const ECS_ROLE: Shape = Shape::Fields(&[
    must("name", "what reports call the entry", &TEXT),
    must("match", "whom the role is for", &Shape::Fields(ECS_MATCH)),
    must("taskRoleArn", "the role", &Shape::Text(Form::RoleArn)),
    may(
        "trustPolicy",
        "its trust policy, as IAM has it; a task definition whose role lets no ECS task in is denied",
        &Shape::Foreign,
    ),
    may("replacesKeys", REPLACES_KEYS, &Shape::Boolean),
]);

const ECS_MATCH: &[Field] = &[
    may("families", "families of task definitions", &GLOBS),
    may("tags", "tags, all of which must be there", &Shape::Texts(Form::Glob)),
];

const POD_ROLE: Shape = Shape::Fields(&[
    must("name", "what reports call the entry", &TEXT),
    must("match", "whom the role is for", &Shape::Fields(POD_MATCH)),
    may("podIdentity", "a role that EKS Pod Identity gives", &Shape::Fields(GRANT)),
    may("irsa", "a role that the service account's token is exchanged for", &Shape::Fields(GRANT)),
    may("replacesKeys", REPLACES_KEYS, &Shape::Boolean),
]);

const POD_MATCH: &[Field] = &[
    may("namespaces", "namespaces", &GLOBS),
    may("serviceAccounts", "names of service accounts", &GLOBS),
    may("workloads", "names of workloads", &GLOBS),
];

const GRANT: &[Field] = &[must("roleArn", "the role", &Shape::Text(Form::RoleArn))];

const EXCEPTION: Shape = Shape::Fields(&[
    must("name", "what reports call the exception", &TEXT),
    must("rules", "the rules that it silences", &Shape::List(&Shape::Text(Form::Rule), Refused)),
    may("match", "whom it excuses; without it everyone", &MATCH),
    must("owner", "who answers for it", &TEXT),
    must("reason", "why it is needed", &TEXT),
    must("expires", "the last day on which it holds, UTC", &Shape::Text(Form::Day)),
]);

const PATCH: &[Field] = &[
    may("identity", "doors that may wire a promised role", &DOORS),
    may("halfIdentity", "doors that may complete half a web identity", &DOORS),
    may("noProxy", "doors that may add credential addresses to NO_PROXY", &DOORS),
];

const SURROUNDINGS: &[Field] = &[
    may("input", "whether the inputs are the whole cluster", &Shape::Word(&["partial", "complete"])),
    may("kubernetes", "what is true of the cluster", &Shape::Fields(CLUSTER)),
    may("ecs", "what is true of the container instances", &Shape::Fields(INSTANCES)),
    may("docker", "what is true of the EC2 instances that Compose files run on", &Shape::Fields(DOCKER)),
];

const DOCKER: &[Field] =
    &[may("metadataHopLimit", "the hop limit of the instances' metadata service", &Shape::Number(1, 64))];

const CLUSTER: &[Field] = &[
    may(
        "cni",
        "the network plugin that enforces network policies",
        &Shape::Word(&["vpc-cni", "cilium", "calico"]),
    ),
    may("ipFamily", "the pods' address family", &Shape::Word(&["ipv4", "ipv6"])),
    may("metadata", "whether pods reach the nodes' metadata service", &Shape::Word(&["blocked", "open"])),
    may("region", "the region that injected identities name", &TEXT),
];

const INSTANCES: &[Field] = &[
    may("agent", "settings of the ECS agent", &Shape::Fields(AGENT)),
    may("metadataHopLimit", "the hop limit of the instances' metadata service", &Shape::Number(1, 64)),
];

const AGENT: &[Field] = &[
    may("taskIamRole", "whether task roles are enabled", &Shape::Boolean),
    may("awsvpcBlockImds", "whether awsvpc tasks are kept from the metadata service", &Shape::Boolean),
];

const ADMISSION: &[Field] = &[
    may("mode", "what a denial becomes: recorded, said or refused", &MODE),
    may(
        "namespaces",
        "modes of single namespaces; the last match wins",
        &Shape::List(&NAMESPACE_MODE, Allowed),
    ),
];

const NAMESPACE_MODE: Shape = Shape::Fields(&[
    must("name", "what reports call the entry", &TEXT),
    must("match", "which namespaces", &Shape::Fields(&[must("namespaces", "namespaces", &GLOBS)])),
    must("mode", "the mode; a namespace's label may only raise it", &MODE),
]);
