//! What ends a walk before it begins.

use super::{Answer, Trouble, Walker};
use crate::trace::chain::{PlainSession, ProfileFiles, Provider};
use crate::trace::fault::{Fault, Then};

impl Walker<'_> {
    /// The first gate that is shut, and what that leads to.
    pub(super) fn gate(&self) -> Option<(Fault, Then)> {
        self.plain_session_fault().map(|fault| (fault, Then::Stop)).or_else(|| self.shut_gate())
    }

    fn shut_gate(&self) -> Option<(Fault, Then)> {
        let gates = if self.reads_config() { self.chain.gates } else { &[] };
        let loading = if gates.is_empty() { None } else { self.loading_fault() };
        gates.iter().copied().find(|(gate, _)| match gate {
            Fault::EmptyRegion => self.region() == Err(Trouble::Fault(Fault::EmptyRegion)),
            Fault::HalfProfile | Fault::SeveralKinds | Fault::NoSsoSession | Fault::SourceWithoutRole => {
                self.own_profile_fault() == Some(*gate)
            }
            gate => Some(*gate) == loading,
        })
    }

    fn plain_session_fault(&self) -> Option<Fault> {
        let session = self.chain.profiles.plain_session.as_ref()?;
        let (name, on) = session.unless;
        let is_plain = !self.offer.variables.get(name).is_some_and(|value| on.is_thrown(&value.given));
        let profile = self.offer.variables.first(session.names);
        let is_spared = || profile.is_none() && self.has_keys_in_variables();
        let profile = profile.map_or(Some("default"), |name| name.given.text());
        (is_plain && !is_spared()).then(|| self.plain_fault(session, profile)).flatten()
    }

    fn plain_fault(&self, session: &PlainSession, profile: Option<&str>) -> Option<Fault> {
        let broken = self.broken_credentials_file();
        let view = profile.map(|name| self.view(name, ProfileFiles::Credentials));
        let names_token = view.is_some_and(|view| view.get("web_identity_token_file").is_some());
        session.faults.iter().copied().find(|fault| match fault {
            Fault::ForWebIdentity => names_token,
            fault => broken == Some(*fault),
        })
    }

    fn has_keys_in_variables(&self) -> bool {
        let links = self.chain.links.iter();
        let mut keys = links.filter_map(|link| match &link.provider {
            Provider::Keys(keys) => Some(self.keys(keys).answer),
            _ => None,
        });
        keys.any(|answer| {
            !matches!(answer, Answer::Nothing | Answer::Fails(Fault::IdAlone | Fault::SecretAlone, _))
        })
    }
}
