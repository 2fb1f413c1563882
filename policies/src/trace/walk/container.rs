//! The container credentials endpoint: ECS task roles, EKS Pod Identity, and stand-ins for them.

use super::host::{self, Place};
use super::{Answer, Asked, Trouble, Walker};
use crate::trace::chain::{Authorization, Container, Hosts, Uri};
use crate::trace::fault::Fault;
use crate::trace::offer::{Content, EndpointAnswer, Given, Offered};
use crate::trace::source::Source;

/// How a service account token begins: a JSON Web Token's header.
const TOKEN_START: &str = "eyJ";

impl Uri {
    /// The variable that carries it.
    fn variable(self) -> &'static str {
        match self {
            Self::Relative => "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            Self::Full => "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        }
    }

    fn source(self) -> Source {
        match self {
            Self::Relative => Source::ContainerRelative,
            Self::Full => Source::ContainerFull,
        }
    }
}

impl Walker<'_> {
    pub(super) fn container(&self, container: &Container) -> Asked {
        let set = container.order.iter().find_map(|uri| {
            let offered = self.offer.variables.get(uri.variable())?;
            (container.empty_is_set || !offered.given.is_empty()).then_some((*uri, offered))
        });
        let Some((uri, offered)) = set else { return self.without_uri(container) };
        Asked::new(self.container_uri(container, uri, offered), offered.at)
    }

    fn without_uri(&self, container: &Container) -> Asked {
        match self.authorization(container) {
            Err(trouble) if container.token_file_first => {
                Asked::new(trouble.with(Source::ContainerFull), None)
            }
            _ => Asked::NOTHING,
        }
    }

    fn container_uri(&self, container: &Container, uri: Uri, offered: &Offered) -> Answer {
        if matches!(offered.given, Given::Perhaps) {
            return Answer::Unknown(
                "the container credentials URI comes from what was not seen",
                uri.source(),
            );
        }
        let has_no_token = || self.authorization(container) == Ok(Token::None);
        if uri == Uri::Full && container.full_needs_token && has_no_token() {
            return Answer::Nothing;
        }
        if offered.given.is_empty() {
            return Answer::Fails(Fault::EmptyUri, uri.source());
        }
        match uri {
            Uri::Relative if offered.given.text().is_some_and(|path| !path.starts_with('/')) => {
                Answer::Fails(Fault::NoSlash, Source::ContainerRelative)
            }
            Uri::Relative => {
                self.credentials_from(container, Place::Ecs, "169.254.170.2", Source::ContainerRelative)
            }
            Uri::Full => self.full(container, offered),
        }
    }

    fn full(&self, container: &Container, offered: &Offered) -> Answer {
        let Some(text) = offered.given.text() else {
            return Answer::Unknown("the container credentials URI is not known", Source::ContainerFull);
        };
        let Some(url) = host::url(text) else { return Answer::Fails(Fault::BadUri, Source::ContainerFull) };
        let place = host::place(url.host);
        let source = match place {
            Place::PodIdentity { .. } => Source::PodIdentity,
            _ => Source::ContainerFull,
        };
        if !url.https && !container.hosts.allow(place) {
            return Answer::Fails(Fault::ForbiddenHost, source);
        }
        self.credentials_from(container, place, url.host, source)
    }

    fn credentials_from(&self, container: &Container, place: Place, host: &str, source: Source) -> Answer {
        match self.authorized_call(container, place, host) {
            Ok(()) => Answer::Gives(source),
            Err(trouble) => trouble.with(source),
        }
    }

    fn authorized_call(&self, container: &Container, place: Place, host: &str) -> Result<(), Trouble> {
        let sends_token = place != Place::Ecs || container.relative_takes_token;
        let token = if sends_token { self.authorization(container)? } else { Token::None };
        let called = self.container_call(place, host);
        let agent_answers = self.offer.endpoints.pod_identity == EndpointAnswer::Ok;
        if matches!(place, Place::PodIdentity { .. })
            && agent_answers
            && matches!(token, Token::None | Token::Bad)
            && called.is_ok()
        {
            return Err(Trouble::Fault(Fault::Denied));
        }
        if token == Token::Broken && called.is_ok() {
            return Err(Trouble::Fault(Fault::BrokenAuthorization));
        }
        called
    }

    /// The authorization token that the SDK would send.
    fn authorization(&self, container: &Container) -> Result<Token, Trouble> {
        for from in container.authorization {
            if let Some(token) = self.token_from(*from) {
                return token;
            }
        }
        Ok(Token::None)
    }

    fn token_from(&self, from: Authorization) -> Option<Result<Token, Trouble>> {
        let variables = &self.offer.variables;
        match from {
            Authorization::File => variables
                .first(&["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"])
                .map(|file| self.token_in(&file.given)),
            Authorization::FileEvenEmpty => {
                variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|file| self.token_in(&file.given))
            }
            Authorization::Variable => variables
                .first(&["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
                .map(|token| Ok(Token::of(&token.given))),
            Authorization::VariableEvenEmpty => {
                variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(|token| Ok(Token::of(&token.given)))
            }
        }
    }

    fn token_in(&self, path: &Given) -> Result<Token, Trouble> {
        let Some(path) = path.text() else { return Ok(Token::Good) };
        match self.offer.files.get(path).map(|file| &file.content) {
            None | Some(Content::Folder) => Err(Trouble::Fault(Fault::NoAuthorization)),
            Some(Content::Text(text, _)) => Ok(Token::of(&Given::Text(text.clone()))),
            Some(Content::Perhaps) => Err(Trouble::Unknown("nothing mounts the authorization token file")),
            Some(_) => Ok(Token::Good),
        }
    }
}

/// An authorization token, as the EKS Pod Identity agent would see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    None,
    Good,
    Bad,
    /// It has a line break in it.
    Broken,
}

impl Token {
    fn of(given: &Given) -> Self {
        match given.text() {
            Some(text) if !text.starts_with(TOKEN_START) => Self::Bad,
            Some(text) if text.contains(['\n', '\r']) => Self::Broken,
            _ => Self::Good,
        }
    }
}

impl Hosts {
    /// Whether a plain HTTP call may go there.
    fn allow(self, place: Place) -> bool {
        match self {
            Self::Any => true,
            Self::Listed => !matches!(place, Place::LoopbackName | Place::Elsewhere | Place::Metadata { .. }),
            Self::Resolved => !matches!(place, Place::Elsewhere | Place::Metadata { .. }),
            Self::ResolvedIpv4 => Self::Resolved.allow(place) && place != Place::PodIdentity { ipv6: true },
            Self::Older => matches!(place, Place::Loopback | Place::Ecs),
            Self::FewListed => matches!(place, Place::Loopback | Place::PodIdentity { ipv6: false }),
            Self::Loopback => place == Place::Loopback,
            Self::LoopbackOrPods => {
                Self::LoopbackResolved.allow(place) || matches!(place, Place::PodIdentity { .. })
            }
            Self::LoopbackResolved => matches!(place, Place::Loopback | Place::LoopbackName),
        }
    }
}
