//! What a value costs that is no key, and one that is.

use criterion::{Criterion, criterion_group, criterion_main};
use policyctl_policies::credential::{classify_named, classify_value, spans_to_mask};
use std::hint::black_box;

/// Variables as they stand in real manifests.
static CLEAN: &[(&str, &str)] = &[
    ("PORT", "8080"),
    ("LOG_LEVEL", "info"),
    ("DATABASE_URL", "postgres://orders.db.svc.cluster.local:5432/orders?sslmode=require"),
    ("POD_NAMESPACE", "payments"),
    ("AWS_REGION", "eu-west-1"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.observability:4317"),
    ("IMAGE_DIGEST", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=75 -Dfile.encoding=UTF-8 -Duser.timezone=UTC"),
];

fn clean(criterion: &mut Criterion) {
    for (name, value) in CLEAN {
        criterion.bench_function(&format!("clean/{name}"), |bencher| {
            bencher.iter(|| classify_named(black_box(name), black_box(value)));
        });
    }
    criterion.bench_function("clean/all eight", |bencher| {
        bencher.iter(|| {
            CLEAN
                .iter()
                .filter(|(name, value)| classify_named(black_box(name), black_box(value)).is_some())
                .count()
        });
    });
}

fn keys(criterion: &mut Criterion) {
    let text = concat!(
        "aws_access_key_id = AKIA",
        "Q3EGPOLICY2CTL7A\naws_secret_access_key = Zk3v9QpL2mN8xR5t",
        "W7yB1cD4fG6hJ0kS+aE/uI3o\n"
    );
    criterion
        .bench_function("key/credentials file", |bencher| bencher.iter(|| classify_value(black_box(text))));
    criterion.bench_function("key/mask a line", |bencher| bencher.iter(|| spans_to_mask(black_box(text))));
}

criterion_group!(benches, clean, keys);
criterion_main!(benches);
