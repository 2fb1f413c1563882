//! What a profile gives: keys, roles, processes, logins.

use super::profiles::{Found, KeyFile, Name, View};
use super::{Answer, Asked, FUTURE, PAST, Trouble, Walker};
use crate::trace::chain::{Keys, Kind, Profile, ProfileFiles, Provider, Sourceless};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, Given};
use crate::trace::source::Source;

/// How long a chain of `source_profile` may be.
const LONGEST_CHAIN: usize = 5;

impl Walker<'_> {
    pub(super) fn profile(&self, profile: &Profile) -> Asked {
        if profile.with_config && !self.reads_config() {
            return Asked::NOTHING;
        }
        if let Some(name) = self.any_name().filter(|_| profile.any_name) {
            return self.named_profile(profile, name);
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
        let view = self.view_with(name, profile.files, profile.headings);
        let view = if profile.one_file { view.first_file() } else { view };
        let (_, at) = view.key_file();
        let answer = match self.loading_fault_of(profile.files) {
            Some(fault) if fault != Fault::NoProfile || profile.whole => Answer::Fails(fault, file(name)),
            _ if view.exists() => self.take(&view, name, profile, 0),
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
        let alone = view.by_file().map_or([Some(view), None], |(first, second)| [Some(first), Some(second)]);
        let is_half = |view: &View<'_>| matches!(static_keys(view, ""), Some(Answer::Fails(..)));
        alone.iter().flatten().any(is_half).then_some(Fault::HalfProfile)
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

    fn take(&self, view: &View<'_>, name: &str, profile: &Profile, depth: usize) -> Answer {
        let kinds = if depth == 0 { profile.kinds } else { profile.base };
        if profile.exclusive && has_several_kinds(view) {
            return Answer::Fails(Fault::SeveralKinds, file(name));
        }
        let found = kinds.iter().find_map(|kind| self.kind(*kind, view, name, profile, depth));
        found.unwrap_or(if profile.whole {
            Answer::Fails(Fault::EmptyProfile, file(name))
        } else {
            Answer::Nothing
        })
    }

    fn kind(
        &self,
        kind: Kind,
        view: &View<'_>,
        name: &str,
        profile: &Profile,
        depth: usize,
    ) -> Option<Answer> {
        match kind {
            Kind::Static => static_keys(view, name),
            Kind::StaticInCredentials => static_keys(&view.in_credentials()?, name),
            Kind::Role(sourceless) => self.role(view, name, profile, sourceless, depth),
            Kind::RoleFromProfile => view
                .get("source_profile")
                .and_then(|_| self.role(view, name, profile, Sourceless::Fault, depth)),
            Kind::RoleOverKeys => {
                view.get("role_arn").and_then(|_| static_keys(view, name)).map(|keys| self.assume(keys))
            }
            Kind::WebIdentity => self.profile_web_identity(view),
            Kind::Process => view.get("credential_process").map(|command| self.process(command)),
            Kind::UnusableRole => {
                view.get("role_arn").map(|_| Answer::Fails(Fault::NoModule, assumed(file(name))))
            }
            Kind::UnusableSso => {
                let set = view.get("sso_session").or(view.get("sso_start_url"));
                set.map(|_| Answer::Fails(Fault::NoModule, Source::Sso))
            }
            Kind::FailedProcess => {
                let failed = view.in_config().and_then(|view| view.get("credential_process"));
                failed.map(|_| Answer::Fails(Fault::BadProcess, Source::Process))
            }
            Kind::UnusableProcess => {
                view.get("credential_process").map(|_| Answer::Fails(Fault::NoModule, Source::Process))
            }
            Kind::UnusableWebIdentity => {
                let set = view.get("web_identity_token_file");
                set.map(|_| Answer::Fails(Fault::ForWebIdentity, Source::WebIdentityProfile))
            }
            Kind::SsoWithoutRole if view.get("source_profile").is_some() => None,
            Kind::SsoWithoutRole if view.get("role_arn").is_some() => {
                view.get("sso_start_url").map(|_| Answer::Fails(Fault::NoSource, assumed(file(name))))
            }
            Kind::Sso | Kind::SsoWithoutRole => {
                view.get("sso_session").or(view.get("sso_start_url")).map(|_| self.sso(view))
            }
        }
    }

    fn role(
        &self,
        view: &View<'_>,
        name: &str,
        profile: &Profile,
        sourceless: Sourceless,
        depth: usize,
    ) -> Option<Answer> {
        view.get("role_arn")?;
        let base = match (view.get("source_profile"), view.get("credential_source")) {
            _ if view.get("web_identity_token_file").is_some() && sourceless != Sourceless::Blocks => {
                return None;
            }
            (Some(source), _) => self.source_profile(source, name, profile, depth),
            (None, Some(source)) => self.credential_source(source),
            (None, None) => match sourceless {
                Sourceless::Fault | Sourceless::Blocks => {
                    return Some(Answer::Fails(Fault::NoSource, assumed(file(name))));
                }
                Sourceless::Ignored => return None,
                Sourceless::Remote => self.remote(),
            },
        };
        Some(self.assume(base))
    }

    fn source_profile(&self, source: &str, name: &str, profile: &Profile, depth: usize) -> Answer {
        let files = if profile.one_file { profile.files } else { ProfileFiles::Both };
        let view = self.view(source, files);
        if depth >= LONGEST_CHAIN || !view.exists() || (source == name && !profile.own_source) {
            return Answer::Fails(Fault::BadSource, file(source));
        }
        if source == name && profile.own_source {
            return static_keys(&view, source).unwrap_or(Answer::Fails(Fault::BadSource, file(source)));
        }
        self.take(&view, source, profile, depth + 1)
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

    fn assume(&self, base: Answer) -> Answer {
        match base {
            Answer::Gives(base) => match self.sts_for_role() {
                Ok(()) => Answer::Gives(assumed(base)),
                Err(trouble) => trouble.with(assumed(base)),
            },
            Answer::Nothing => Answer::Fails(Fault::NoEndpointSource, assumed(Source::Env)),
            Answer::Fails(Fault::EmptySource, base) => Answer::Fails(Fault::EmptySource, assumed(base)),
            Answer::Fails(_, base) => Answer::Fails(Fault::BadSource, assumed(base)),
            Answer::Unknown(on, base) => Answer::Unknown(on, assumed(base)),
        }
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

/// Kinds of which a profile may hold one only, where that matters.
fn has_several_kinds(view: &View<'_>) -> bool {
    let kinds = ["source_profile", "credential_source", "credential_process", "web_identity_token_file"];
    kinds.iter().filter(|kind| view.get(kind).is_some()).count() > 1
}

fn file(name: &str) -> Source {
    Source::File(name.to_owned())
}

fn assumed(base: Source) -> Source {
    Source::AssumeRole(Box::new(base))
}

fn static_keys(view: &View<'_>, name: &str) -> Option<Answer> {
    if let Some((first, second)) = view.by_file() {
        return match static_keys(&first, name) {
            Some(Answer::Gives(source)) => Some(Answer::Gives(source)),
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
