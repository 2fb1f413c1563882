//! Log routers and collectors: what they ship to is their need, not that of the containers they ship for.

#![expect(clippy::disallowed_methods, reason = "outputs are named in options and settings that are no keys")]

use super::image::Image;
use super::{Evidence, Subject, Topic};
use crate::facts::{EXPORTERS, OUTPUTS};
use crate::workload::{Container, Firelens, Mount, Reference, TextOption, Value, VolumeSource};

const SHIPS: i32 = 60;

/// Gathers what a router or collector ships to AWS.
pub(super) fn gather(subject: Subject<'_>, evidence: &mut Vec<Evidence>) {
    let container = subject.container;
    if container.firelens == Firelens::Router {
        let clients = subject.workload.containers.iter().filter(|other| other.firelens == Firelens::Client);
        evidence.extend(clients.flat_map(|client| &client.options).filter_map(of_output));
    }
    evidence.extend(of_exporters(container));
    if subject.image.is_some_and(Image::has_many_targets) {
        evidence.extend(container.mounts.iter().filter_map(|mount| of_mounted(subject, mount)));
    }
    evidence.extend(of_default_settings(subject));
}

fn of_output(option: &TextOption) -> Option<Evidence> {
    let named = option.field == "log option" && option.key.eq_ignore_ascii_case("name");
    let Value::Literal(text) = &option.value else { return None };
    let (_, service) =
        OUTPUTS.iter().find(|(output, _)| named && text.expose().eq_ignore_ascii_case(output))?;
    Some(Evidence::of_service(service, option.at, SHIPS, "it ships another container's logs to AWS"))
}

/// Settings of a collector written into a variable or an argument.
fn of_exporters(container: &Container) -> Vec<Evidence> {
    let variables = container.env.iter().filter_map(|var| Some((var.literal()?, var.at)));
    let words =
        container.commands.iter().flat_map(|command| &command.words).map(|word| (&word.text, word.at));
    // A whole file of settings has several lines.
    let settings =
        variables.chain(words).filter(|(text, _)| memchr::memchr(b'\n', text.expose().as_bytes()).is_some());
    let found =
        settings.flat_map(|(text, at)| EXPORTERS.iter().map(move |exporter| (text.expose(), at, exporter)));
    found
        .filter(|(text, _, (exporter, _))| text.contains(exporter))
        .map(|(_, at, (_, service))| Evidence::of_service(service, at, SHIPS, "its settings export to AWS"))
        .collect()
}

/// Settings that are mounted from an object of the input.
fn of_mounted(subject: Subject<'_>, mount: &Mount) -> Option<Evidence> {
    let service = match &subject.workload.volume(&mount.volume)?.source {
        VolumeSource::Object(from, _) => of_object(subject, from),
        VolumeSource::Several(sources) => sources.iter().find_map(|source| match source {
            VolumeSource::Object(from, _) => of_object(subject, from),
            _ => None,
        }),
        _ => None,
    }?;
    Some(Evidence::of_service(service, mount.at, SHIPS, "its settings ship to AWS"))
}

fn of_object(subject: Subject<'_>, from: &Reference) -> Option<&'static str> {
    let object = subject.facts.known_object(from.store, &from.object)?;
    object.keys.values().find_map(|value| value.ships_to)
}

/// The settings that come with AWS's collector export to X-Ray and CloudWatch.
fn of_default_settings(subject: Subject<'_>) -> Option<Evidence> {
    let image = subject.image.filter(|image| image.is_aws_collector())?;
    let words = subject.container.commands.iter().flat_map(|command| &command.words);
    let own = words.into_iter().find(|word| word.text.expose().contains("/etc/ecs/"));
    let at = own.map_or(image.at, |word| word.at);
    own.is_some().then(|| {
        Evidence::new(Topic::Service("xray".to_owned()), at, SHIPS, "its default settings export to AWS")
    })
}
