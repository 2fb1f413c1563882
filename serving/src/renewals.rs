//! Files that are read again, as metrics: how often they changed, and which of them are broken now.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Renewed {
    file: &'static str,
    what: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct File {
    file: &'static str,
}

/// What became of files, each by what it is for.
#[derive(Debug)]
pub struct Renewals {
    reloads: Family<Renewed, Counter>,
    stale: Family<File, Gauge>,
}

impl Renewals {
    /// None of these is broken.
    pub fn of(files: &[&'static str]) -> Self {
        let stale = Family::<File, Gauge>::default();
        for file in files {
            stale.get_or_create(&File { file }).set(0);
        }
        Self { reloads: Family::default(), stale }
    }

    /// Adds the metrics to a server's own.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("reloads", "Looks at a changed file, by result", self.reloads.clone());
        let help = "1 while a file is broken and an older one in force";
        registry.register("stale", help, self.stale.clone());
    }

    /// A file changed, and what it brings is in force or is not.
    pub fn note(&self, file: &'static str, ok: bool) {
        self.reloads.get_or_create(&Renewed { file, what: if ok { "ok" } else { "broken" } }).inc();
        self.stale.get_or_create(&File { file }).set(i64::from(!ok));
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn a_broken_file_is_stale_until_it_is_mended() {
        let (renewals, mut registry) = (Renewals::of(&["policy", "certificate"]), Registry::default());
        renewals.register(&mut registry);
        let told = || {
            let mut text = String::new();
            encode(&mut text, &registry).unwrap();
            text
        };
        assert!(told().contains(r#"stale{file="policy"} 0"#), "{}", told());
        renewals.note("policy", false);
        assert!(told().contains(r#"stale{file="policy"} 1"#), "{}", told());
        renewals.note("policy", true);
        let text = told();
        assert!(text.contains(r#"stale{file="policy"} 0"#), "{text}");
        assert!(text.contains(r#"reloads_total{file="policy",what="broken"} 1"#), "{text}");
    }
}
