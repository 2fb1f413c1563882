//! What a profile gives: keys, roles, processes, logins.

use super::profiles::{Found, KeyFile, Name, View};
use super::role::assumed;
use super::{Answer, Asked, FUTURE, PAST, Trouble, Walker};
use crate::trace::chain::{Kind, Profile, ProfileFiles, Sourceless};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, Given};
use crate::trace::source::Source;

/// What names the credentials that a role of a profile is assumed with.
const SOURCES: [&str; 2] = ["source_profile", "credential_source"];

/// A profile that something is taken from: in question itself, or what the role of another stands on.
#[derive(Clone, Copy)]
pub(super) struct Held<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) name: &'v str,
    pub(super) profile: &'v Profile,
    /// How many roles stand on it.
    pub(super) depth: usize,
}

impl Walker<'_> {
    pub(super) fn profile(&self, profile: &Profile) -> Asked {
        if profile.with_config && !self.reads_config() {
            return Asked::NOTHING;
        }
        if let Some((name, view)) = profile.any_name.then(|| self.any_profile()).flatten() {
            return Asked::new(self.take(&Held { view: &view, name, profile, depth: 0 }), view.at());
        }
        let name = match self.profile_name() {
            Name::Default => "default",
            Name::Named(name) => name,
            Name::Unseen(at) => {
                return Asked::new(Answer::Unknown("the profile's name comes by reference", file("?")), at);
            }
        };
        self.named_profile(profile, name)
    }

    fn named_profile(&self, profile: &Profile, name: &str) -> Asked {
        let looked_at = self.looked_at(profile.files);
        if let Some(asked) = looked_at.iter().find_map(|(found, file)| unseen(*found, *file, profile, name)) {
            return asked;
        }
        let profiles = &self.chain.profiles;
        let headings = profile.headings.unwrap_or(profiles.config_headings);
        let spelling = profile.spelling.unwrap_or(profiles.spelling);
        let view = self.view_as(name, profile.files, headings, spelling);
        let view = if profile.one_file { view.first_file() } else { view };
        let (_, at) = view.key_file();
        let answer = match self.loading_fault_of(profile.files) {
            Some(fault) if fault != Fault::NoProfile || profile.whole => Answer::Fails(fault, file(name)),
            _ if view.exists() => self.take(&Held { view: &view, name, profile, depth: 0 }),
            _ => Answer::Nothing,
        };
        Asked::new(answer, at)
    }

    /// What is wrong within the profile in question, whoever asks for it.
    pub(super) fn own_profile_fault(&self) -> Option<Fault> {
        let view = self.own_view()?;
        if has_several_kinds(&view) {
            return Some(Fault::SeveralKinds);
        }
        if lacks_role(&view)
            || (view.get("role_arn").is_none() && view.get("web_identity_token_file").is_some())
        {
            return Some(Fault::SourceWithoutRole);
        }
        let alone = view.by_file().map_or([Some(view), None], |(first, second)| [Some(first), Some(second)]);
        let is_half = |view: &View<'_>| matches!(static_keys(view, ""), Some(Answer::Fails(..)));
        if alone.iter().flatten().any(is_half) {
            return Some(Fault::HalfProfile);
        }
        self.lacks_sso_session().then_some(Fault::NoSsoSession)
    }

    /// The profile in question names an `sso-session` that is in no file.
    pub(super) fn lacks_sso_session(&self) -> bool {
        let named = self.own_view().and_then(|view| view.get("sso_session"));
        named.is_some_and(|name| !self.has_sso_session(name))
    }

    /// The files that the link looks into, and which they are.
    fn looked_at(&self, files: ProfileFiles) -> Vec<(Found<'_>, ProfileFiles)> {
        let mut found = Vec::with_capacity(2);
        if files != ProfileFiles::Config {
            found.push((self.credentials_file(), ProfileFiles::Credentials));
        }
        if files != ProfileFiles::Credentials {
            found.push((self.config_file(), ProfileFiles::Config));
        }
        found
    }

    pub(super) fn take(&self, held: &Held<'_>) -> Answer {
        let kinds = if held.depth == 0 { held.profile.kinds } else { held.profile.base };
        let nothing = || match held.profile {
            Profile { whole: true, .. } => Answer::Fails(Fault::EmptyProfile, file(held.name)),
            _ => Answer::Nothing,
        };
        self.first(kinds, held).unwrap_or_else(nothing)
    }

    /// What the profile holds of these kinds, the first that is there.
    pub(super) fn first(&self, kinds: &'static [Kind], held: &Held<'_>) -> Option<Answer> {
        kinds.iter().enumerate().find_map(|(index, kind)| self.kind(*kind, &kinds[index + 1..], held))
    }

    fn kind(&self, kind: Kind, rest: &'static [Kind], held: &Held<'_>) -> Option<Answer> {
        let &Held { view, name, .. } = held;
        match kind {
            Kind::Static => static_keys(view, name),
            Kind::StaticInCredentials => static_keys(&view.in_credentials()?, name),
            Kind::Role(sourceless) => self.role(sourceless, rest, held),
            Kind::RoleWithoutKeys(sourceless) => self.role_without_keys(sourceless, rest, held),
            Kind::RoleFromProfile => {
                view.get("source_profile").and_then(|_| self.role(Sourceless::Blocks, rest, held))
            }
            Kind::RoleOverKeys => {
                view.get("role_arn").and_then(|_| static_keys(view, name)).map(|keys| self.assume(keys, view))
            }
            Kind::WebIdentity => self.profile_web_identity(view),
            Kind::WebIdentityToken => self.profile_token(view),
            Kind::Process => view.get("credential_process").map(|command| self.process(command)),
            Kind::SsoWithoutRole if view.get("role_arn").is_some() && !has_key_part(view) => {
                sso_beside_role(view, name)
            }
            Kind::Sso | Kind::SsoWithoutRole => {
                view.get("sso_session").or(view.get("sso_start_url")).map(|_| self.sso(view))
            }
            Kind::UnusableWebIdentity => self.unusable_web_identity(view),
            unusable => unusable_kind(unusable, view, name),
        }
    }

    /// A token file says what the profile is for, with a role or without.
    fn profile_token(&self, view: &View<'_>) -> Option<Answer> {
        view.get("web_identity_token_file")?;
        let answer = self.profile_web_identity(view);
        answer.or(Some(Answer::Fails(Fault::TokenAlone, Source::WebIdentityProfile)))
    }

    /// Without a region for STS it is not even tried.
    fn unusable_web_identity(&self, view: &View<'_>) -> Option<Answer> {
        let (_, _) = (view.get("role_arn")?, view.get("web_identity_token_file")?);
        let trouble = self.region().err().unwrap_or(Trouble::Fault(Fault::ForWebIdentity));
        Some(trouble.with(Source::WebIdentityProfile))
    }

    fn profile_web_identity(&self, view: &View<'_>) -> Option<Answer> {
        let (_, token) = (view.get("role_arn")?, view.get("web_identity_token_file")?);
        let called =
            self.token_file(&Given::Text(crate::credential::Secret::new(token))).and_then(|()| self.sts());
        Some(match called {
            Ok(()) => Answer::Gives(Source::WebIdentityProfile),
            Err(trouble) => trouble.with(Source::WebIdentityProfile),
        })
    }

    /// Judged by the script that it names; what a real program would print is not known.
    fn process(&self, command: &str) -> Answer {
        let program = command.split_whitespace().next().unwrap_or_default();
        match self.offer.files.get(program).map(|file| &file.content) {
            None if program.starts_with('/') || program.starts_with('~') => {
                Answer::Fails(Fault::BadProcess, Source::Process)
            }
            Some(Content::Text(script, _)) => printed(&Given::Text(script.clone())),
            _ => Answer::Unknown("what credential_process prints is not known", Source::Process),
        }
    }

    fn sso(&self, view: &View<'_>) -> Answer {
        if view.get("sso_session").is_some_and(|name| !self.has_sso_session(name)) {
            return Answer::Fails(Fault::NoSsoSession, Source::Sso);
        }
        let cache = self.offer.files.all().find(|file| file.path.contains("/.aws/sso/cache/"));
        let Some(Content::Text(text, _)) = cache.map(|file| &file.content) else {
            return Answer::Fails(Fault::NoLogin, Source::Sso);
        };
        let given = Given::Text(text.clone());
        let called = login(given.text().unwrap_or_default()).and_then(|()| self.sts_by_name());
        match called {
            Ok(()) if view.get("sso_session").is_some() => Answer::Fails(Fault::SsoSession, Source::Sso),
            Ok(()) => Answer::Gives(Source::Sso),
            Err(trouble) => trouble.with(Source::Sso),
        }
    }
}

/// Files whose text was not seen. A credentials file is there for its keys; a config file may hold anything.
fn unseen(found: Found<'_>, which: ProfileFiles, profile: &Profile, name: &str) -> Option<Asked> {
    let takes_keys = profile.kinds.contains(&Kind::Static);
    let (answer, at) = match found {
        Found::KeysOf(profiles, at) if takes_keys && profiles.iter().any(|listed| listed == name) => {
            (Answer::Gives(file(name)), at)
        }
        Found::Unseen { perhaps: false, at } if which == ProfileFiles::Credentials => {
            (if takes_keys { Answer::Gives(file(name)) } else { Answer::Nothing }, at)
        }
        Found::Unseen { perhaps: false, at } => {
            (Answer::Unknown("what the config file holds was not seen", Source::Config(name.to_owned())), at)
        }
        Found::Unseen { perhaps: true, at } => {
            (Answer::Unknown("a profile file may be inside the image", file(name)), at)
        }
        _ => return None,
    };
    (answer != Answer::Nothing).then(|| Asked::new(answer, at))
}

/// A role goes before IAM Identity Center, and without a source it is a fault.
fn sso_beside_role(view: &View<'_>, name: &str) -> Option<Answer> {
    let is_fault = view.get("source_profile").is_none() && view.get("sso_start_url").is_some();
    is_fault.then(|| Answer::Fails(Fault::NoSource, assumed(file(name))))
}

/// Kinds that are a fault where they are there.
fn unusable_kind(kind: Kind, view: &View<'_>, name: &str) -> Option<Answer> {
    let (is_there, fault, source) = match kind {
        Kind::Several => (has_several_kinds(view), Fault::SeveralKinds, file(name)),
        Kind::SourceAlone => (lacks_role(view), Fault::SourceWithoutRole, assumed(file(name))),
        Kind::UnusableRole => (view.get("role_arn").is_some(), Fault::NoModule, assumed(file(name))),
        Kind::UnusableSso => {
            (view.get("sso_session").or(view.get("sso_start_url")).is_some(), Fault::NoModule, Source::Sso)
        }
        Kind::UnusableProcess => (view.get("credential_process").is_some(), Fault::NoModule, Source::Process),
        Kind::FailedProcess => {
            let failed = view.in_config().is_some_and(|view| view.get("credential_process").is_some());
            (failed, Fault::BadProcess, Source::Process)
        }
        _ => return None,
    };
    is_there.then_some(Answer::Fails(fault, source))
}

fn lacks_role(view: &View<'_>) -> bool {
    view.get("role_arn").is_none() && SOURCES.iter().any(|source| view.get(source).is_some())
}

/// Some part of a key pair is there.
pub(super) fn has_key_part(view: &View<'_>) -> bool {
    ["aws_access_key_id", "aws_secret_access_key"].iter().any(|part| view.key_part(part).is_some())
}

/// Kinds of which a profile may hold one only, where that matters.
fn has_several_kinds(view: &View<'_>) -> bool {
    let kinds = ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];
    kinds.iter().filter(|kind| view.get(kind).is_some()).count() > 1
}

pub(super) fn file(name: &str) -> Source {
    Source::File(name.to_owned())
}

pub(super) fn static_keys(view: &View<'_>, name: &str) -> Option<Answer> {
    if let Some((first, second)) = view.by_file() {
        return match static_keys(&first, name) {
            Some(taken @ (Answer::Gives(_) | Answer::Fails(Fault::EmptyKeys, _))) => Some(taken),
            half => static_keys(&second, name).or(half),
        };
    }
    let source = match view.key_file().0 {
        KeyFile::Credentials => file(name),
        KeyFile::Config => Source::Config(name.to_owned()),
    };
    match (view.key_part("aws_access_key_id"), view.key_part("aws_secret_access_key")) {
        (None, None) => None,
        (Some(""), _) | (_, Some("")) => Some(Answer::Fails(Fault::EmptyKeys, source)),
        (Some(_), Some(_)) => Some(Answer::Gives(source)),
        _ => Some(Answer::Fails(Fault::HalfProfile, source)),
    }
}

fn printed(script: &Given) -> Answer {
    let text = script.text().unwrap_or_default();
    let fault = match quoted_after(text, "\"Expiration\"") {
        _ if !text.contains("AccessKeyId") => Fault::BadProcess,
        _ if !text.contains("SessionToken") => Fault::ProcessWithoutToken,
        Some(ends) if ends < PAST => Fault::ProcessExpired,
        _ => return Answer::Gives(Source::Process),
    };
    Answer::Fails(fault, Source::Process)
}

fn login(cache: &str) -> Result<(), Trouble> {
    match quoted_after(cache, "\"expiresAt\"").unwrap_or_default() {
        "" => Err(Trouble::Fault(Fault::NoLogin)),
        ends if ends < PAST => Err(Trouble::Fault(Fault::LoginExpired)),
        ends if ends >= FUTURE => Ok(()),
        _ => Err(Trouble::Unknown("whether the login to IAM Identity Center still holds is not known")),
    }
}

/// The quoted text that follows a member's name in JSON.
fn quoted_after<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.split_once(name)?.1.split('"').nth(1)
}
