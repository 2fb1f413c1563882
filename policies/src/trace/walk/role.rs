//! Roles that a profile names, and what they are assumed with.

use super::profile::{Held, file, has_key_part, static_keys};
use super::profiles::View;
use super::{Answer, Walker};
use crate::trace::chain::{Headings, Keys, Kind, ProfileFiles, Provider, Sourceless, Spelling, TwoSources};
use crate::trace::fault::Fault;
use crate::trace::source::Source;

/// How long a chain of `source_profile` may be.
const LONGEST_CHAIN: usize = 5;

impl Walker<'_> {
    /// The role of a profile, unless it is none; `rest` are the kinds that are looked for after it.
    pub(super) fn role(
        &self,
        sourceless: Sourceless,
        rest: &'static [Kind],
        held: &Held<'_>,
    ) -> Option<Answer> {
        let view = held.view;
        view.get("role_arn")?;
        if yields_to_token(sourceless) && view.get("web_identity_token_file").is_some() {
            return None;
        }
        let two_sources = self.chain.profiles.two_sources;
        let base = match (view.get("source_profile"), view.get("credential_source")) {
            (Some(_), Some(_)) if two_sources == TwoSources::Ignored => return None,
            (Some(_), Some(_)) if two_sources == TwoSources::Fault => {
                return Some(failed_role(Fault::SeveralKinds, held));
            }
            (Some(source), _) => return Some(self.role_from_profile(source, held)),
            (None, Some("Ec2InstanceMetadata")) if self.chain.profiles.metadata_is_remote => self.remote(),
            (None, Some(source)) => self.credential_source(source),
            (None, None) => match self.without_source(sourceless, rest, held) {
                Some(base) => base,
                None if sourceless == Sourceless::Ignored => return None,
                None => return Some(failed_role(Fault::NoSource, held)),
            },
        };
        Some(self.assume(base, view))
    }

    /// The same, where no part of a key pair stands beside it.
    pub(super) fn role_without_keys(
        &self,
        sourceless: Sourceless,
        rest: &'static [Kind],
        held: &Held<'_>,
    ) -> Option<Answer> {
        if has_key_part(held.view) { None } else { self.role(sourceless, rest, held) }
    }

    /// What a role without a source is assumed with, if with anything.
    fn without_source(
        &self,
        sourceless: Sourceless,
        rest: &'static [Kind],
        held: &Held<'_>,
    ) -> Option<Answer> {
        match sourceless {
            Sourceless::Fault | Sourceless::Blocks | Sourceless::Ignored => None,
            Sourceless::Beside => self.first(rest, held),
            Sourceless::Remote => Some(self.first(rest, held).unwrap_or_else(|| self.remote())),
        }
    }

    fn role_from_profile(&self, source: &str, held: &Held<'_>) -> Answer {
        let view = if held.profile.one_file {
            self.view_as(source, held.profile.files, Headings::Plain, Spelling::Bare)
        } else {
            self.view(source, ProfileFiles::Both)
        };
        self.assume(self.source_profile(source, &view, held), &view)
    }

    fn source_profile(&self, source: &str, view: &View<'_>, held: &Held<'_>) -> Answer {
        let profile = held.profile;
        if !view.exists() {
            return Answer::Fails(Fault::NoSourceProfile, file(source));
        }
        if source == held.name && profile.own_source {
            return static_keys(view, source).unwrap_or(Answer::Fails(Fault::BadSource, file(source)));
        }
        if held.depth >= LONGEST_CHAIN || source == held.name {
            return Answer::Fails(Fault::BadSource, file(source));
        }
        self.take(&Held { view, name: source, profile, depth: held.depth + 1 })
    }

    fn credential_source(&self, source: &str) -> Answer {
        let wanted = |provider: &&Provider| match source {
            "Environment" => matches!(provider, Provider::Keys(keys) if !keys.properties),
            "Ec2InstanceMetadata" => matches!(provider, Provider::Metadata(_)),
            "EcsContainer" => matches!(provider, Provider::Container(_)),
            _ => false,
        };
        let provider = self.chain.links.iter().map(|link| &link.provider).find(wanted);
        let asked = |provider: &Provider| match provider {
            Provider::Keys(keys) => self.keys(&Keys { unless: &[], ..*keys }).answer,
            provider => self.ask(provider).answer,
        };
        match provider.map(asked) {
            Some(Answer::Nothing) if source != "Environment" => Answer::Nothing,
            Some(Answer::Nothing) | None => Answer::Fails(Fault::EmptySource, Source::Env),
            Some(answer) => answer,
        }
    }

    /// What the container endpoint or, without one, the metadata service gives.
    fn remote(&self) -> Answer {
        match self.credential_source("EcsContainer") {
            Answer::Nothing => self.credential_source("Ec2InstanceMetadata"),
            answer => answer,
        }
    }

    /// The role that is assumed with what a profile gives.
    pub(super) fn assume(&self, base: Answer, from: &View<'_>) -> Answer {
        match base {
            Answer::Gives(base) => self.assume_with(base, None, from),
            Answer::Fails(Fault::SsoSession, base) => self.assume_with(base, Some(Fault::SsoSession), from),
            Answer::Nothing => Answer::Fails(Fault::NoEndpointSource, assumed(Source::Env)),
            Answer::Fails(fault, base) if is_told_apart(fault) => Answer::Fails(fault, assumed(base)),
            Answer::Fails(_, base) => Answer::Fails(Fault::BadSource, assumed(base)),
            Answer::Unknown(on, base) => Answer::Unknown(on, assumed(base)),
        }
    }

    fn assume_with(&self, base: Source, odd: Option<Fault>, from: &View<'_>) -> Answer {
        let role = assumed(base);
        match (self.sts_for_role(from), odd) {
            (Err(trouble), _) => trouble.with(role),
            (Ok(()), Some(odd)) => Answer::Fails(odd, role),
            (Ok(()), None) => Answer::Gives(role),
        }
    }
}

/// With a token file beside it, the role is one for web identity.
fn yields_to_token(sourceless: Sourceless) -> bool {
    !matches!(sourceless, Sourceless::Blocks | Sourceless::Ignored)
}

/// What is wrong with a role's source is one fault to most SDKs; these are not.
fn is_told_apart(fault: Fault) -> bool {
    matches!(fault, Fault::EmptySource | Fault::NoSourceProfile)
}

fn failed_role(fault: Fault, held: &Held<'_>) -> Answer {
    Answer::Fails(fault, assumed(file(held.name)))
}

pub(super) fn assumed(base: Source) -> Source {
    Source::AssumeRole(Box::new(base))
}
