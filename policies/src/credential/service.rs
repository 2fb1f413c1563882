//! AWS services, as values name them: endpoint hosts, ARNs, `s3://` URLs.
//!
//! Sources: AWS General Reference, "AWS service endpoints"; IAM user guide, "Amazon Resource Names".

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::reach::{ahead, behind};
use super::slot;
use crate::lexicon::{Lexicon, lexicon};

/// What every host of AWS's has in it.
static AWS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("aws"));

/// A host's name is no longer.
const LONGEST_HOST: usize = 253;

/// Domains that AWS's services answer under.
static DOMAINS: &[&str] =
    &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu", ".api.amazonwebservices.com.cn"];

/// Labels of hosts that belong to a customer's own resource, or that need no AWS credentials.
static NOT_SERVICES: Lexicon<()> = lexicon![
    "rds",
    "elb",
    "cache",
    "kafka",
    "kafka-serverless",
    "es",
    "aoss",
    "redshift",
    "redshift-serverless",
    "docdb",
    "neptune",
    "mq",
    "efs",
    "fsx",
    "dax-clusters",
    "memorydb",
    "elasticbeanstalk",
    "execute-api",
    "compute",
    "compute-1",
    "dkr",
    "iot",
    "awsapps",
    "awsglobalaccelerator",
    "appsync-api",
    "s3-accesspoint",
    "public",
    "signin",
    "console",
    "on",
    "oidc",
    "auth",
    "eks",
];

/// Services with one endpoint for all regions.
static GLOBAL: &[&str] = &["route53", "cloudfront", "organizations", "budgets"];

/// Services whose ARNs name who someone is, a certificate or a load balancer: things that others use.
static NOT_USED_BY_PROGRAMS: Lexicon<()> =
    lexicon!["iam", "sts", "acm", "elasticloadbalancing", "rds", "ecs", "eks", "ec2", "logs", "wafv2", "ecr"];

/// The service whose endpoint a host is. `None` for every other host, those of databases and load balancers included.
pub(crate) fn of_host(host: &str) -> Option<&str> {
    let names = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))?;
    let regional = names.split('.').any(is_region) || names.contains("s3-");
    let labels: Vec<&str> = names.split('.').filter(|label| !is_place(label)).collect();
    let refused = |label: &&str| NOT_SERVICES.has_exactly(label) || label.starts_with("s3-website");
    if labels.iter().any(refused) {
        return None;
    }
    let last = labels.last().copied()?;
    if is_s3(last) {
        return Some("s3");
    }
    // Without a region it is a service principal (`ecs-tasks.amazonaws.com`), but for the global services.
    Some(last).filter(|name| is_name(name) && (regional || GLOBAL.contains(name)))
}

/// A host under AWS's own domains, whatever it is.
pub(crate) fn is_aws(host: &str) -> bool {
    DOMAINS.iter().any(|domain| host.ends_with(domain)) || host.ends_with(".on.aws")
}

/// The service that a text names, if it is or holds a service's URL, an ARN or an `s3://` URL.
pub(crate) fn of_value(text: &str) -> Option<&str> {
    // A URL and an ARN have a colon in their middle, a host has a dot; most values have neither.
    let first = memchr::memchr2(b':', b'.', text.as_bytes())?;
    let colon = memchr::memchr(b':', &text.as_bytes()[first..]).is_some();
    let bucket = colon.then(|| bucket_url(text)).flatten();
    bucket.or_else(|| {
        AWS.find(text.as_bytes())?;
        of_arn(text).filter(|_| colon).or_else(|| of_url(text))
    })
}

/// The service that the name of a setting speaks of: `ORDERS_QUEUE_URL` speaks of none, `SQS_QUEUE_URL` does.
pub(crate) fn of_name(name: &str) -> Option<&'static str> {
    let has = |wanted: &&str| slot::words(name).any(|word| word.eq_ignore_ascii_case(wanted));
    let mut first: Option<(usize, &'static str)> = None;
    for word in slot::words(name) {
        for (place, (others, service)) in NAMED.places(word) {
            if first.is_none_or(|(before, _)| place < before) && others.iter().all(has) {
                first = Some((place, service));
            }
        }
    }
    let (_, service) = first?;
    let another = slot::words(name).any(|word| OTHERS.has(word)) || slot::vendor_in(name).is_some();
    (!another).then_some(service)
}

/// As [`of_name`], where the value neither switches the setting off nor leads elsewhere.
pub(crate) fn of_setting(name: &str, value: &str) -> Option<&'static str> {
    of_name(name).filter(|_| !is_off(value) && !leads_elsewhere(value))
}

/// A value that switches a setting off.
pub(crate) fn is_off(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || OFF.has(value)
}

/// Values that switch a setting off.
static OFF: Lexicon<()> = lexicon!["false", "0", "no", "off", "none", "null", "disabled"];

/// A path, or the address of what is not AWS.
fn leads_elsewhere(value: &str) -> bool {
    value.starts_with('/') || value.contains("://")
}

/// How a service is called in a sentence. Names that are not ours to know are not repeated.
pub(crate) fn title(service: &str) -> &'static str {
    TITLES.iter().find(|(name, _)| *name == service).map_or("an AWS service", |(_, title)| title)
}

/// Words of a setting's name that speak of a service: the first, the others, and the service.
static NAMED: Lexicon<(&[&str], &str)> = Lexicon::new(&[
    ("bucket", (&[], "s3")),
    ("s3", (&["path"], "s3")),
    ("s3", (&["prefix"], "s3")),
    ("sqs", (&[], "sqs")),
    ("sns", (&["topic"], "sns")),
    ("sns", (&["arn"], "sns")),
    ("dynamodb", (&[], "dynamodb")),
    ("dynamo", (&["table"], "dynamodb")),
    ("kinesis", (&[], "kinesis")),
    ("firehose", (&[], "firehose")),
    ("kms", (&["key"], "kms")),
    ("kms", (&["arn"], "kms")),
    ("eventbridge", (&[], "events")),
    ("event", (&["bus", "arn"], "events")),
    ("secret", (&["arn"], "secretsmanager")),
    ("cognito", (&["pool"], "cognito-idp")),
    ("ses", (&["region"], "email")),
    ("bedrock", (&["model"], "bedrock")),
]);

/// Words that make a bucket or a stream something else.
static OTHERS: Lexicon<()> = lexicon![
    "influx",
    "influxdb",
    "couchbase",
    "cb",
    "couch",
    "rate",
    "limit",
    "limiter",
    "token",
    "histogram",
    "nats",
    "jetstream",
    "gcp",
    "gs",
    "azure",
    "firebase",
    "hostname",
    "immutable",
];

static TITLES: &[(&str, &str)] = &[
    ("s3", "S3"),
    ("sqs", "SQS"),
    ("sns", "SNS"),
    ("dynamodb", "DynamoDB"),
    ("kinesis", "Kinesis"),
    ("firehose", "Firehose"),
    ("kms", "KMS"),
    ("events", "EventBridge"),
    ("secretsmanager", "Secrets Manager"),
    ("ssm", "Systems Manager"),
    ("cognito-idp", "Cognito"),
    ("email", "SES"),
    ("bedrock", "Bedrock"),
    ("bedrock-runtime", "Bedrock"),
    ("lambda", "Lambda"),
    ("logs", "CloudWatch Logs"),
    ("monitoring", "CloudWatch"),
    ("states", "Step Functions"),
    ("ec2", "EC2"),
];

fn bucket_url(text: &str) -> Option<&str> {
    memchr::memchr(b'/', text.as_bytes())?;
    ["s3://", "s3a://", "s3n://"].iter().any(|scheme| holds_at_word(text, scheme)).then_some("s3")
}

/// The text holds a part that does not continue a word.
fn holds_at_word(text: &str, part: &str) -> bool {
    text.find(part).is_some_and(|at| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}

fn of_arn(text: &str) -> Option<&str> {
    let arn = text.get(text.find("arn:aws")?..)?;
    let mut parts = arn.split(':');
    let partition = parts.nth(1)?;
    let service = parts.next()?;
    let known = partition.strip_prefix("aws").is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    (known && is_name(service) && !NOT_USED_BY_PROGRAMS.has_exactly(service)).then_some(service)
}

fn of_url(text: &str) -> Option<&str> {
    hosts(text).find_map(of_host)
}

/// The hosts of a text that look like AWS's.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let found = AWS.find_iter(text.as_bytes());
    found.filter_map(|at| {
        let before = behind(text, at, LONGEST_HOST);
        let before =
            before.rfind(|c: char| !is_host_char(c)).map_or(before.len(), |end| before.len() - end - 1);
        let after = ahead(text, at, LONGEST_HOST);
        let after = after.find(|c: char| !is_host_char(c)).unwrap_or(after.len());
        text.get(at - before..at + after)
    })
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// Regions and words of addressing, which may stand on either side of the service.
fn is_place(label: &str) -> bool {
    is_region(label) || matches!(label, "dualstack" | "vpce" | "fips") || label.starts_with("vpce-")
}

/// `eu-west-1`, `us-gov-east-1`: longer labels of this form are names of buckets.
fn is_region(label: &str) -> bool {
    let parts = label.bytes().filter(|b| *b == b'-').count();
    parts >= 2
        && label.len() <= 16
        && label.ends_with(|c: char| c.is_ascii_digit())
        && !label.starts_with("s3-")
}

fn is_s3(label: &str) -> bool {
    label == "s3" || label.starts_with("s3-") || label == "s3express"
}

fn is_name(label: &str) -> bool {
    (2..=32).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_endpoints_are_known_by_their_hosts() {
        for (host, service) in [
            ("s3.eu-west-1.amazonaws.com", "s3"),
            ("s3-eu-west-1.amazonaws.com", "s3"),
            ("orders.s3.amazonaws.com", "s3"),
            ("sqs.us-east-1.amazonaws.com", "sqs"),
            ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock-runtime"),
            ("vpce-0a1-b2.sqs.us-east-1.vpce.amazonaws.com", "sqs"),
            ("dynamodb.cn-north-1.amazonaws.com.cn", "dynamodb"),
        ] {
            assert_eq!(of_host(host), Some(service), "{host}");
        }
    }

    #[test]
    fn databases_and_load_balancers_are_no_services() {
        for host in [
            "orders.abc123.eu-west-1.rds.amazonaws.com",
            "x.abc.0001.euw1.cache.amazonaws.com",
            "b-1.msk.abc.c2.kafka.eu-west-1.amazonaws.com",
            "search-logs-abc.eu-west-1.es.amazonaws.com",
            "app-123.eu-west-1.elb.amazonaws.com",
            "ec2-1-2-3-4.compute-1.amazonaws.com",
            "site.s3-website-eu-west-1.amazonaws.com",
            "111122223333.dkr.ecr.eu-west-1.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "sts.amazonaws.com",
            "example.com",
        ] {
            assert_eq!(of_host(host), None, "{host}");
        }
    }

    #[test]
    fn names_of_settings_speak_of_services() {
        assert_eq!(of_name("SQS_QUEUE_URL"), Some("sqs"));
        assert_eq!(of_name("UPLOADS_BUCKET"), Some("s3"));
        assert_eq!(of_name("uploadsBucketName"), Some("s3"));
        for name in ["ORDERS_QUEUE_URL", "INFLUXDB_BUCKET", "GCS_BUCKET", "RATE_LIMIT_BUCKET", "PORT"] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }

    #[test]
    fn values_name_their_service() {
        assert_eq!(of_value("https://sqs.eu-west-1.amazonaws.com/111122223333/orders"), Some("sqs"));
        assert_eq!(of_value("arn:aws-cn:dynamodb:cn-north-1:111122223333:table/x"), Some("dynamodb"));
        assert_eq!(of_value("s3://bucket/path"), Some("s3"));
        assert_eq!(of_value("arn:aws:iam::111122223333:role/app"), None);
        assert_eq!(of_value("postgres://db:5432/orders"), None);
        assert_eq!(of_value("https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/app:1"), None);
    }
}
