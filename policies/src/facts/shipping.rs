//! What settings of log routers and collectors say of where they ship to.

/// Outputs of Fluent Bit and Fluentd that go to AWS, and the service behind each.
/// Source: Fluent Bit manual, "Outputs"; Amazon ECS developer guide, "FireLens example task definitions".
pub(crate) static OUTPUTS: &[(&str, &str)] = &[
    ("cloudwatch", "logs"),
    ("cloudwatch_logs", "logs"),
    ("firehose", "firehose"),
    ("kinesis_firehose", "firehose"),
    ("kinesis", "kinesis"),
    ("kinesis_streams", "kinesis"),
    ("s3", "s3"),
];

/// Exporters of OpenTelemetry collectors that go to AWS, and the service behind each.
/// Source: AWS Distro for OpenTelemetry, "Components".
pub(crate) static EXPORTERS: &[(&str, &str)] = &[
    ("awsxray", "xray"),
    ("awsemf", "logs"),
    ("awscloudwatchlogs", "logs"),
    ("awskinesis", "kinesis"),
    ("awss3", "s3"),
    ("sigv4auth", "aps-workspaces"),
];

/// The AWS service to which these settings of a router or collector ship, if they do.
pub(crate) fn ships_to(text: &str) -> Option<&'static str> {
    let exported = || EXPORTERS.iter().find(|(exporter, _)| text.contains(exporter));
    let shipped = || text.lines().find_map(output_of_line);
    let by_collector = text.contains("exporters:").then(exported).flatten();
    by_collector.or_else(|| text.contains('\n').then(shipped).flatten()).map(|(_, service)| *service)
}

/// `Name cloudwatch_logs` of Fluent Bit, `@type cloudwatch_logs` of Fluentd. S3 is many a server's.
fn output_of_line(line: &str) -> Option<&'static (&'static str, &'static str)> {
    let mut words = line.split_ascii_whitespace();
    let (key, output) = (words.next()?, words.next()?);
    let names = key.eq_ignore_ascii_case("name") || key == "@type";
    OUTPUTS.iter().find(|(known, service)| names && output == *known && *service != "s3")
}
