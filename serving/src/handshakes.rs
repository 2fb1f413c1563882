//! TLS handshakes that came to nothing, as a metric: a caller that has the wrong CA shows nowhere else.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Why a handshake came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// One side did not take what the other offered, or the caller left.
    Agreement,
    /// The caller's certificate carries no allowed name.
    Name,
    /// It took too long.
    Time,
}

impl Lack {
    /// As the metric spells it.
    fn name(self) -> &'static str {
        match self {
            Self::Agreement => "failed",
            Self::Name => "unnamed",
            Self::Time => "slow",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct What {
    what: &'static str,
}

/// How many handshakes came to nothing, by reason. Copies count together.
#[derive(Debug, Clone)]
pub struct Handshakes(Family<What, Counter>);

impl Default for Handshakes {
    /// None did, of every kind: a counter that is not there has no rate.
    fn default() -> Self {
        let counts = Family::<What, Counter>::default();
        for lack in [Lack::Agreement, Lack::Name, Lack::Time] {
            drop(counts.get_or_create(&What { what: lack.name() }));
        }
        Self(counts)
    }
}

impl Handshakes {
    /// Adds the metric to a server's own.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "handshakes_failed",
            "TLS handshakes that came to nothing, by reason",
            self.0.clone(),
        );
    }

    /// One came to nothing.
    pub fn failed(&self, lack: Lack) {
        self.0.get_or_create(&What { what: lack.name() }).inc();
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn every_reason_is_told_from_the_start_and_copies_count_together() {
        let (handshakes, mut registry) = (Handshakes::default(), Registry::default());
        handshakes.register(&mut registry);
        handshakes.clone().failed(Lack::Time);
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        for (what, count) in [("failed", 0), ("unnamed", 0), ("slow", 1)] {
            let line = format!(r#"handshakes_failed_total{{what="{what}"}} {count}"#);
            assert!(text.contains(&line), "{text}");
        }
    }
}
