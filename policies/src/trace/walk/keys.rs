//! Keys in variables and system properties.

use super::{Answer, Asked, Walker};
use crate::trace::chain::Keys;
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, Given, Offered, Settings};
use crate::trace::source::Source;

/// The name that makes a key the standard one.
const STANDARD_ID: &str = "AWS_ACCESS_KEY_ID";

impl Walker<'_> {
    pub(super) fn keys(&self, keys: &Keys) -> Asked {
        if self.offer.variables.first(keys.unless).is_some() {
            return Asked::NOTHING;
        }
        let settings = if keys.properties { &self.offer.properties } else { &self.offer.variables };
        let (id, secret) = (settings.first(keys.id), settings.first(keys.secret));
        let Some(seen) = id.or(secret) else { return Asked::NOTHING };
        Asked::new(pair(id, secret, source(keys, settings)), seen.at)
    }

    /// boto 2's `~/.boto` and what `BOTO_CONFIG` names.
    pub(super) fn boto_config(&self) -> Asked {
        let named = self.offer.variables.get("BOTO_CONFIG").and_then(|offered| offered.given.text());
        let file = named.and_then(|path| self.offer.files.get(path)).or_else(|| self.offer.in_home(".boto"));
        let Some(file) = file else { return Asked::NOTHING };
        let answer = match &file.content {
            Content::Text(_, ini) => match ini.section("Credentials") {
                Some(section) if section.get("aws_access_key_id").is_some() => {
                    Answer::Gives(Source::BotoConfig)
                }
                _ => Answer::Nothing,
            },
            Content::Folder => Answer::Nothing,
            _ => Answer::Unknown("boto's configuration file was not seen", Source::BotoConfig),
        };
        Asked::new(answer, file.at)
    }
}

fn pair(id: Option<&Offered>, secret: Option<&Offered>, source: Source) -> Answer {
    if [id, secret].into_iter().flatten().any(|part| matches!(part.given, Given::Perhaps)) {
        return Answer::Unknown("key variables come from what was not seen", source);
    }
    match (id, secret) {
        (Some(_), Some(_)) => Answer::Gives(source),
        _ => Answer::Fails(Fault::HalfKeys, source),
    }
}

fn source(keys: &Keys, settings: &Settings) -> Source {
    let name = keys.id.iter().find(|name| settings.first(&[name]).is_some()).or(keys.id.first());
    match name {
        _ if keys.properties => Source::SystemProperties,
        Some(&STANDARD_ID) => Source::Env,
        _ => Source::EnvAlias,
    }
}
