//! What an image is for: programs that live off AWS, those that can, and helpers that do not.
//!
//! An image is known by the end of its path, so that registries, mirrors, tags and digests do not matter.

use super::{Evidence, Topic};
use crate::workload::Container;

/// Programs that do nothing without AWS. Source: each project's own installation page.
static AWS_ONLY: &[&str] = &[
    "amazon/aws-cli",
    "aws-cli/aws-cli",
    "eks/aws-load-balancer-controller",
    "amazon/aws-alb-ingress-controller",
    "karpenter/controller",
    "aws-ebs-csi-driver",
    "aws-efs-csi-driver",
    "aws-fsx-csi-driver",
    "aws-mountpoint-s3-csi-driver",
    "cloudwatch-agent/cloudwatch-agent",
    "amazon/cloudwatch-agent",
    "cloudwatch-agent",
    "velero/velero-plugin-for-aws",
    "velero-plugin-for-aws",
    "aws-xray-daemon",
    "xray/aws-xray-daemon",
    "aws-node-termination-handler",
    "secrets-store-csi-driver-provider-aws",
    "amazon-k8s-cni",
    "aws-sigv4-proxy",
    "aws-cloud-controller-manager",
    "cloudwatch-exporter",
    "yet-another-cloudwatch-exporter",
    "ecr-credentials-sync",
    "s3-sync",
    "ack/s3-controller",
];

/// Programs that ship or reach to many places: their outputs, arguments and settings decide.
static MANY_TARGETS: &[&str] = &[
    "aws-for-fluent-bit",
    "fluent-bit",
    "fluentd",
    "fluentd-kubernetes-daemonset",
    "vector",
    "aws-otel-collector",
    "opentelemetry-collector",
    "opentelemetry-collector-contrib",
    "external-dns",
    "cluster-autoscaler",
    "external-secrets",
    "cert-manager-controller",
    "keda",
    "keda-operator",
    "logstash",
    "telegraf",
    "velero",
];

/// Programs that can keep their data in S3.
static CAN_USE_S3: &[&str] = &[
    "loki",
    "mimir",
    "tempo",
    "thanos",
    "cortex",
    "argoexec",
    "workflow-controller",
    "mlflow",
    "harbor-registryctl",
    "registry-photon",
    "gitlab-ce",
    "gitlab-ee",
    "registry",
    "airflow",
    "spark",
    "trino",
    "flink",
    "pgbackrest",
    "wal-g",
    "restic",
    "litestream",
    "rclone",
    "s3fs",
    "goofys",
    "spilo",
];

/// Containers that stand beside another and never use its role.
static HELPERS: &[&str] = &[
    "envoy",
    "aws-appmesh-envoy",
    "proxyv2",
    "linkerd2-proxy",
    "proxy",
    "statsd",
    "statsd-exporter",
    "nginx",
    "nginx-unprivileged",
    "pause",
    "haproxy",
    "traefik",
    "caddy",
    "httpd",
    "redis",
    "memcached",
    "oauth2-proxy",
    "kube-rbac-proxy",
    "configmap-reload",
    "prometheus-config-reloader",
    "node-driver-registrar",
    "csi-node-driver-registrar",
    "livenessprobe",
    "jaeger-agent",
    "datadog-agent",
    "agent",
    "vault",
    "cloudflared",
    "socat",
    "busybox",
    "postgres",
    "mysql",
];

/// The router whose tags name its one output, and the outputs that are AWS's.
/// Source: fluent/fluentd-kubernetes-daemonset, "README".
const TAGGED_ROUTER: &str = "fluentd-kubernetes-daemonset";
static TAGS: &[&str] = &["awselasticsearch", "cloudwatch", "kinesis", "sqs"];

const TAG_POINTS: i32 = 60;
const AWS_ONLY_POINTS: i32 = 80;
const CAN_POINTS: i32 = 25;

/// What the image of a container says.
pub(super) fn of(container: &Container) -> Option<Evidence> {
    let image = container.image.as_ref()?;
    let path = path(&image.name);
    let (points, says) = if is_one_of(path, AWS_ONLY) {
        (AWS_ONLY_POINTS, "the image works with AWS only")
    } else if ships_by_tag(&image.name) {
        (TAG_POINTS, "the image's tag names an output of AWS")
    } else if is_one_of(path, MANY_TARGETS) {
        (CAN_POINTS, "the image can send to AWS among others")
    } else if is_one_of(path, CAN_USE_S3) {
        (CAN_POINTS, "the image can keep its data in S3")
    } else {
        return None;
    };
    Some(Evidence::new(Topic::Image, image.at, points, says))
}

/// A proxy, a metrics relay, a cache: what stands beside a program.
pub(super) fn is_helper(image: &str) -> bool {
    let last = last_segment(path(image));
    is_one_of(path(image), HELPERS) || last.ends_with("-exporter") || last.ends_with("_exporter")
}

/// A collector of metrics and traces, whose default settings at AWS ship to AWS.
pub(super) fn is_aws_collector(image: &str) -> bool {
    last_segment(path(image)) == "aws-otel-collector"
}

/// A program whose settings decide where it ships to.
pub(super) fn has_many_targets(image: &str) -> bool {
    is_one_of(path(image), MANY_TARGETS)
}

/// `fluentd-kubernetes-daemonset:v1-debian-cloudwatch`.
fn ships_by_tag(image: &str) -> bool {
    let path = path(image);
    let tag = image.split('@').next().and_then(|name| name.strip_prefix(path)).unwrap_or_default();
    let mut words = tag.split([':', '-', '.']);
    last_segment(path) == TAGGED_ROUTER && words.any(|word| TAGS.contains(&word))
}

/// An image reference without its tag and digest.
fn path(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    match image.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => path,
        _ => image,
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The path ends in one of these, at a slash.
fn is_one_of(path: &str, list: &[&str]) -> bool {
    list.iter().any(|known| {
        path.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_tags_and_digests_do_not_matter() {
        for image in [
            "public.ecr.aws/eks/aws-load-balancer-controller:v2.7.0",
            "mirror.acme.example:5000/ecr-public/eks/aws-load-balancer-controller@sha256:00",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/eks/aws-load-balancer-controller",
        ] {
            assert!(is_one_of(path(image), AWS_ONLY), "{image}");
        }
        assert!(ships_by_tag("fluent/fluentd-kubernetes-daemonset:v1.16-debian-cloudwatch-1"));
        assert!(ships_by_tag("fluent/fluentd-kubernetes-daemonset:awselasticsearch"));
        assert!(!ships_by_tag("fluent/fluentd-kubernetes-daemonset:v1-debian-elasticsearch"));
        assert!(!ships_by_tag("acme/cloudwatch:sqs"));
        assert!(!is_one_of(path("acme/notenvoy"), HELPERS));
        assert!(is_helper("envoyproxy/envoy:v1.30") && is_helper("prom/statsd-exporter"));
    }
}
