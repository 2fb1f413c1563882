//! AWS services, as values name them: endpoint hosts, ARNs, `s3://` URLs.
//!
//! Sources: AWS General Reference, "AWS service endpoints"; IAM user guide, "Amazon Resource Names".

/// Domains that AWS's services answer under.
static DOMAINS: &[&str] =
    &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".amazonaws.eu", ".api.amazonwebservices.com.cn"];

/// Labels of hosts that belong to a customer's own resource, or that need no AWS credentials.
static NOT_SERVICES: &[&str] = &[
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
    "ec2",
    "dkr",
    "iot",
    "awsapps",
    "awsglobalaccelerator",
    "appsync-api",
    "s3-accesspoint",
    "public",
    "signin",
    "console",
    "compute-1",
    "on",
    "oidc",
    "auth",
    "eks",
];

/// Services whose ARNs name who someone is, a certificate or a load balancer: things that others use.
static NOT_USED_BY_PROGRAMS: &[&str] =
    &["iam", "sts", "acm", "elasticloadbalancing", "rds", "ecs", "eks", "ec2", "logs", "wafv2", "ecr"];

/// The service whose endpoint a host is. `None` for every other host, those of databases and load balancers included.
pub(crate) fn of_host(host: &str) -> Option<&str> {
    let names = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain))?;
    let labels: Vec<&str> = names.split('.').filter(|label| !is_place(label)).collect();
    let refused = |label: &&str| NOT_SERVICES.contains(label) || label.starts_with("s3-website");
    if labels.iter().any(refused) {
        return None;
    }
    let last = labels.last().copied()?;
    if is_s3(last) { Some("s3") } else { Some(last).filter(|name| is_name(name)) }
}

/// A host under AWS's own domains, whatever it is.
pub(crate) fn is_aws(host: &str) -> bool {
    DOMAINS.iter().any(|domain| host.ends_with(domain)) || host.ends_with(".on.aws")
}

/// The service that a text names, if it is or holds a service's URL, an ARN or an `s3://` URL.
pub(crate) fn of_value(text: &str) -> Option<&str> {
    // Every form has a colon or a dot in its middle; most values have neither.
    memchr::memchr2(b':', b'.', text.as_bytes())?;
    bucket_url(text).or_else(|| of_arn(text)).or_else(|| of_url(text))
}

/// The service that the name of a setting speaks of: `ORDERS_QUEUE_URL` does not, `SQS_QUEUE_URL` does.
pub(crate) fn of_name(name: &str) -> Option<&'static str> {
    let words: Vec<String> = super::slot::words(name).map(str::to_ascii_lowercase).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    NAMED.iter().find(|(all, _)| all.iter().all(|word| has(word))).map(|(_, service)| *service)
}

/// Words of a setting's name that speak of a service.
static NAMED: &[(&[&str], &str)] = &[
    (&["sqs"], "sqs"),
    (&["sns", "topic"], "sns"),
    (&["sns", "arn"], "sns"),
    (&["dynamodb"], "dynamodb"),
    (&["dynamo", "table"], "dynamodb"),
    (&["kinesis"], "kinesis"),
    (&["firehose"], "firehose"),
    (&["kms", "key"], "kms"),
    (&["kms", "arn"], "kms"),
    (&["eventbridge"], "events"),
    (&["event", "bus", "arn"], "events"),
    (&["secret", "arn"], "secretsmanager"),
    (&["cognito", "pool"], "cognito-idp"),
    (&["ses", "region"], "email"),
    (&["bedrock", "model"], "bedrock"),
    (&["s3", "bucket"], "s3"),
    (&["aws", "bucket"], "s3"),
    (&["bucket"], "s3"),
];

fn bucket_url(text: &str) -> Option<&str> {
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
    (known && is_name(service) && !NOT_USED_BY_PROGRAMS.contains(&service)).then_some(service)
}

fn of_url(text: &str) -> Option<&str> {
    hosts(text).find_map(of_host)
}

/// The hosts of a text that look like AWS's.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let found = memchr::memmem::find_iter(text.as_bytes(), "aws");
    found.filter_map(|at| {
        let start = text[..at].rfind(|c: char| !is_host_char(c)).map_or(0, |end| end + 1);
        let length = text[at..].find(|c: char| !is_host_char(c)).unwrap_or(text.len() - at);
        text.get(start..at + length)
    })
}

fn is_host_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// Regions and words of addressing, which may stand on either side of the service.
fn is_place(label: &str) -> bool {
    let region =
        label.bytes().filter(|b| *b == b'-').count() >= 2 && label.ends_with(|c: char| c.is_ascii_digit());
    region && !label.starts_with("s3-") && !is_bucket_like(label)
        || matches!(label, "dualstack" | "vpce" | "fips")
        || label.starts_with("vpce-")
}

/// A bucket's name that ends in a digit, as regions do.
fn is_bucket_like(label: &str) -> bool {
    label.len() > 16
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
            "example.com",
        ] {
            assert_eq!(of_host(host), None, "{host}");
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
