//! What an image is for: programs that live off AWS, those that can, and helpers that do not.
//!
//! An image is known by the end of its path, so that registries, mirrors, tags and digests do not matter.

use super::{Evidence, Topic};
use crate::document::At;
use crate::facts::without_tag;
use crate::lexicon::{Lexicon, lexicon};
use crate::workload::Container;

/// Programs that do nothing without AWS: the last segment of a path, and the folder that it must stand in, if
/// any. Source: each project's own installation page.
static AWS_ONLY: Lexicon<&str> = Lexicon::new(&[
    ("aws-cli", "amazon"),
    ("aws-cli", "aws-cli"),
    ("aws-load-balancer-controller", "eks"),
    ("aws-alb-ingress-controller", "amazon"),
    ("controller", "karpenter"),
    ("aws-ebs-csi-driver", ""),
    ("aws-efs-csi-driver", ""),
    ("aws-fsx-csi-driver", ""),
    ("aws-mountpoint-s3-csi-driver", ""),
    ("cloudwatch-agent", ""),
    ("velero-plugin-for-aws", ""),
    ("aws-xray-daemon", ""),
    ("aws-node-termination-handler", ""),
    ("secrets-store-csi-driver-provider-aws", ""),
    ("amazon-k8s-cni", ""),
    ("aws-sigv4-proxy", ""),
    ("aws-cloud-controller-manager", ""),
    ("cloudwatch-exporter", ""),
    ("yet-another-cloudwatch-exporter", ""),
    ("ecr-credentials-sync", ""),
    ("s3-sync", ""),
    ("s3-controller", "ack"),
]);

/// Programs that ship or reach to many places: their outputs, arguments and settings decide.
static MANY_TARGETS: Lexicon<()> = lexicon![
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
static CAN_USE_S3: Lexicon<()> = lexicon![
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
static HELPERS: Lexicon<()> = lexicon![
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
static TAGS: [&str; 4] = ["awselasticsearch", "cloudwatch", "kinesis", "sqs"];

const TAG_POINTS: i32 = 60;
const AWS_ONLY_POINTS: i32 = 80;
const CAN_POINTS: i32 = 25;

/// An image reference, taken apart once for all that is asked of it.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    pub(super) at: At,
    whole: &'a str,
    /// Without tag and digest.
    path: &'a str,
    /// The last segment of the path.
    last: &'a str,
}

impl<'a> Image<'a> {
    /// The image of a container.
    pub(super) fn of(container: &'a Container) -> Option<Self> {
        let image = container.image.as_ref()?;
        let path = without_tag(&image.name);
        Some(Self { at: image.at, whole: &image.name, path, last: last_segment(path) })
    }

    /// What it says.
    pub(super) fn evidence(self) -> Option<Evidence> {
        let (points, says) = if self.is_aws_only() {
            (AWS_ONLY_POINTS, "the image works with AWS only")
        } else if self.ships_by_tag() {
            (TAG_POINTS, "the image's tag names an output of AWS")
        } else if self.has_many_targets() {
            (CAN_POINTS, "the image can send to AWS among others")
        } else if CAN_USE_S3.has_exactly(self.last) {
            (CAN_POINTS, "the image can keep its data in S3")
        } else {
            return None;
        };
        Some(Evidence::new(Topic::Image, self.at, points, says))
    }

    /// A proxy, a metrics relay, a cache: what stands beside a program.
    pub(super) fn is_helper(self) -> bool {
        HELPERS.has_exactly(self.last) || self.last.ends_with("-exporter") || self.last.ends_with("_exporter")
    }

    /// A collector of metrics and traces, whose default settings at AWS ship to AWS.
    pub(super) fn is_aws_collector(self) -> bool {
        self.last == "aws-otel-collector"
    }

    /// A program whose settings decide where it ships to.
    pub(super) fn has_many_targets(self) -> bool {
        MANY_TARGETS.has_exactly(self.last)
    }

    /// The path ends in one of these, at a slash.
    fn is_aws_only(self) -> bool {
        let folders = self.path.strip_suffix(self.last).unwrap_or_default();
        let folders = folders.strip_suffix('/').unwrap_or_default();
        let stands_in = |folder: &&str| {
            let before = folders.strip_suffix(folder);
            folder.is_empty() || before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        AWS_ONLY.all_of(self.last).any(stands_in)
    }

    /// `fluentd-kubernetes-daemonset:v1-debian-cloudwatch`.
    fn ships_by_tag(self) -> bool {
        if self.last != TAGGED_ROUTER {
            return false;
        }
        let tag = self.whole.split('@').next().and_then(|name| name.strip_prefix(self.path));
        tag.unwrap_or_default().split([':', '-', '.']).any(|word| TAGS.contains(&word))
    }
}

fn last_segment(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(whole: &str) -> Image<'_> {
        let path = without_tag(whole);
        Image { at: At::ROOT, whole, path, last: last_segment(path) }
    }

    #[test]
    fn registries_tags_and_digests_do_not_matter() {
        for name in [
            "public.ecr.aws/eks/aws-load-balancer-controller:v2.7.0",
            "mirror.acme.example:5000/ecr-public/eks/aws-load-balancer-controller@sha256:00",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com/eks/aws-load-balancer-controller",
        ] {
            assert!(image(name).is_aws_only(), "{name}");
        }
        assert!(!image("acme/notamazon/aws-cli").is_aws_only() && !image("acme/aws-cli").is_aws_only());
        assert!(image("fluent/fluentd-kubernetes-daemonset:v1.16-debian-cloudwatch-1").ships_by_tag());
        assert!(image("fluent/fluentd-kubernetes-daemonset:awselasticsearch").ships_by_tag());
        assert!(!image("fluent/fluentd-kubernetes-daemonset:v1-debian-elasticsearch").ships_by_tag());
        assert!(!image("acme/cloudwatch:sqs").ships_by_tag());
        assert!(!image("acme/notenvoy").is_helper());
        assert!(image("envoyproxy/envoy:v1.30").is_helper() && image("prom/statsd-exporter").is_helper());
    }
}
