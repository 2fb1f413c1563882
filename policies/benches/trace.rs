//! How long it takes to walk every SDK's chain for one container.

use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use policyctl_policies::document::{Format, Limits, parse};
use policyctl_policies::facts::Facts;
use policyctl_policies::policy::Policy;
use policyctl_policies::read::read;
use policyctl_policies::trace::of_container;

const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers:
    - name: app
      image: app
      env:
        - {name: AWS_REGION, value: eu-west-1}
        - {name: AWS_PROFILE, value: prod}
        - {name: AWS_ACCESS_KEY_ID, valueFrom: {secretKeyRef: {name: aws, key: id}}}
        - {name: AWS_SECRET_ACCESS_KEY, valueFrom: {secretKeyRef: {name: aws, key: secret}}}
        - {name: JAVA_TOOL_OPTIONS, value: -Xmx1g}
      volumeMounts: [{name: aws, mountPath: /root/.aws}]
  volumes: [{name: aws, secret: {secretName: aws-files}}]
";

fn trace(criterion: &mut Criterion) {
    let documents = parse(&Arc::from("pod.yaml"), POD.as_bytes(), Format::Yaml, Limits::default());
    let Some(Ok(document)) = documents.into_iter().next() else { return };
    let contents = read(&document, "pod");
    let (facts, policy) = (Facts::default(), Policy::default());
    let Some(workload) = contents.workloads.first() else { return };
    criterion.bench_function("trace/one container, every SDK", |bencher| {
        bencher.iter(|| of_container(workload, &workload.containers[0], &facts, &policy).sdks().count());
    });
}

criterion_group!(benches, trace);
criterion_main!(benches);
