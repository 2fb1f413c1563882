//! From bytes to verdict, and how much of that is parsing: one task definition with two containers.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use policyctl_policies::document::{Document, Format, Limits, parse};
use policyctl_policies::facts::Facts;
use policyctl_policies::policy::{Day, Door, Policy};
use policyctl_policies::read;
use policyctl_policies::verdict::Judge;

const TASK: &[u8] = include_bytes!("../../xtask/data/taskdef.json");

fn parsed(name: &Arc<str>) -> Option<Document> {
    parse(name, TASK, Format::Json, Limits::default()).pop()?.ok()
}

fn verdict(criterion: &mut Criterion) {
    let name: Arc<str> = "taskdef.json".into();
    let policy = Policy::default();
    let judge = Judge { policy: &policy, door: Door::Cli, day: Day { year: 2026, month: 11, day: 25 } };
    criterion.bench_function("parse", |bencher| bencher.iter(|| black_box(parsed(&name))));
    criterion.bench_function("parse to verdict", |bencher| {
        bencher.iter(|| {
            parsed(&name).map(|document| {
                let contents = read::read(&document, "taskdef");
                black_box(judge.document(&document, &contents, |_| Facts::default()))
            })
        });
    });
}

criterion_group!(benches, verdict);
criterion_main!(benches);
