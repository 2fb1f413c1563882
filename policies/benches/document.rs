//! Reading: bytes per second into the tree, from one small file to ten megabytes.
#![allow(missing_docs, reason = "criterion's macros make items of their own")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use policyctl_policies::document::{Format, Limits, parse};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the shop
  labels: {app: web, tier: \"front\"}
spec:
  replicas: 3
  template:
    spec:
      serviceAccountName: web
      containers:
      - name: app
        image: example.com/web:1.2.3
        args: [\"--listen\", \":8080\"]
        env:
        # where the bucket is
        - name: AWS_REGION
          value: eu-west-1
        - name: GREETING
          valueFrom:
            secretKeyRef: {name: web, key: greeting}
        resources:
          limits:
            memory: 512Mi
        lifecycle:
          preStop:
            exec:
              command:
              - sh
              - -c
              - |
                sleep 5
                kill 1
";

const TASK: &str = r#"{
  "family": "web",
  "networkMode": "awsvpc",
  "containerDefinitions": [
    {
      "name": "app",
      "image": "example.com/web:1.2.3",
      "essential": true,
      "environment": [
        { "name": "AWS_REGION", "value": "eu-west-1" },
        { "name": "GREETING", "value": "hello \"you\"" }
      ],
      "logConfiguration": {
        "logDriver": "awslogs",
        "options": { "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1" }
      }
    }
  ],
  "cpu": "256",
  "memory": 512
}
"#;

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    let inputs = [
        ("yaml/one", Format::Yaml, MANIFEST.to_owned()),
        ("yaml/stream", Format::Yaml, format!("---\n{MANIFEST}").repeat(10_000)),
        ("json/one", Format::Json, TASK.to_owned()),
        ("json/large", Format::Json, format!("[{}]", vec![TASK; 10_000].join(","))),
    ];
    for (name, format, text) in inputs {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| parse(&Arc::from(name), black_box(text.as_bytes()), format, Limits::default()));
        });
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = reading
}
criterion_main!(benches);
