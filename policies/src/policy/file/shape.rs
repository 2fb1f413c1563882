//! The shape of a file, as data: what checks it against also makes its JSON Schema and its documentation.

use std::fmt::Write as _;

use super::Problem;
use super::nearest::nearest;
use crate::document::Node;

/// What a value may be.
pub(super) enum Shape {
    /// A text that means something.
    Text(Form),
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Boolean,
    /// A whole number between these, both included.
    Number(u8, u8),
    /// A list, never empty where the flag says so.
    List(&'static Shape, Emptiness),
    /// A mapping with these members and no others.
    Fields(&'static [Field]),
    /// A mapping from any text to texts.
    Texts(Form),
    /// A mapping of somebody else's format.
    Foreign,
}

/// Whether a list may be empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Emptiness {
    /// It may: nothing is a choice.
    Allowed,
    /// It may not: it would match nothing.
    Refused,
}

/// What a text means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Anything but nothing.
    Any,
    /// A rule's name.
    Rule,
    /// The name of an SDK's chain.
    Sdk,
    /// The ARN of an IAM role.
    RoleArn,
    /// A day, `2027-03-31`.
    Day,
    /// A pattern with `*`.
    Glob,
}

/// A member of a mapping.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) about: &'static str,
    pub(super) required: bool,
    pub(super) shape: &'static Shape,
}

/// A member that may be absent.
pub(super) const fn may(key: &'static str, about: &'static str, shape: &'static Shape) -> Field {
    Field { key, about, required: false, shape }
}

/// A member that must be there.
pub(super) const fn must(key: &'static str, about: &'static str, shape: &'static Shape) -> Field {
    Field { key, about, required: true, shape }
}

/// Checks a tree against a shape and collects everything that is wrong.
pub(super) struct Checker<'r> {
    /// The rules' names; `None` takes any.
    pub(super) rules: Option<&'r [&'r str]>,
    pub(super) problems: Vec<Problem>,
}

impl Checker<'_> {
    pub(super) fn check(&mut self, node: Node<'_>, shape: &Shape) {
        match shape {
            Shape::Text(form) => self.text(node, *form),
            Shape::Word(words) => self.word(node, words),
            Shape::Boolean => self.expect(node, node.boolean().is_some(), "true or false"),
            Shape::Number(from, to) => {
                let fits = number(node).is_some_and(|n| (*from..=*to).contains(&n));
                self.expect(node, fits, &format!("a whole number from {from} to {to}"));
            }
            Shape::List(item, emptiness) => self.list(node, item, *emptiness),
            Shape::Fields(fields) => self.fields(node, fields),
            Shape::Texts(form) => self.texts(node, *form),
            Shape::Foreign => self.expect(node, node.is_mapping(), "a mapping"),
        }
    }

    pub(super) fn say(&mut self, node: Node<'_>, says: impl Into<String>) {
        self.problems.push(Problem::at(node, says));
    }

    fn expect(&mut self, node: Node<'_>, fits: bool, expected: &str) {
        if !fits {
            self.say(node, format!("expected {expected}, found {}", what(node)));
        }
    }

    fn text(&mut self, node: Node<'_>, form: Form) {
        // A day needs no quotes: YAML 1.2 has no dates.
        let text = if form == Form::Day { node.text() } else { node.string() };
        match text {
            None => self.expect(node, false, form.expected()),
            Some("") => self.say(node, format!("expected {}, found nothing", form.expected())),
            Some(text) => {
                if let Err(says) = form.check(text, self.rules) {
                    self.say(node, says);
                }
            }
        }
    }

    fn word(&mut self, node: Node<'_>, words: &[&str]) {
        let text = node.text().unwrap_or_default();
        if words.contains(&text) {
            return;
        }
        let mut says = format!("expected {}, found {}", one_of(words), what(node));
        if node.boolean() == Some(false) && words.contains(&"allow") {
            says.push_str(": YAML reads `off` and `no` as false; to silence a rule write `allow`");
        } else if let Some(word) = nearest(text, words.iter().copied()) {
            let _ = write!(says, ": did you mean `{word}`?");
        }
        self.say(node, says);
    }

    fn list(&mut self, node: Node<'_>, item: &Shape, emptiness: Emptiness) {
        self.expect(node, node.is_sequence(), "a list");
        if node.is_sequence() && node.items().len() == 0 && emptiness == Emptiness::Refused {
            self.say(node, "an empty list matches nothing: leave the key out to match anything");
        }
        for node in node.items() {
            self.check(node, item);
        }
    }

    fn fields(&mut self, node: Node<'_>, fields: &[Field]) {
        if !node.is_mapping() {
            return self.expect(node, false, "a mapping");
        }
        for entry in node.entries() {
            let key = entry.key.text().unwrap_or_default();
            match fields.iter().find(|field| field.key == key) {
                Some(_) if entry.value.is_null() => {}
                Some(field) => self.check(entry.value, field.shape),
                None => self.unknown_key(entry.key, key, fields),
            }
        }
        for field in fields.iter().filter(|field| field.required && node.get(field.key).is_none()) {
            self.say(node, format!("`{}` is missing: {}", field.key, field.about));
        }
    }

    fn unknown_key(&mut self, node: Node<'_>, key: &str, fields: &[Field]) {
        let near = nearest(key, fields.iter().map(|field| field.key));
        let hint = near.map_or_else(|| one_of_keys(fields), |near| format!("did you mean `{near}`?"));
        self.say(node, format!("unknown key `{key}`: {hint}"));
    }

    fn texts(&mut self, node: Node<'_>, form: Form) {
        self.expect(node, node.is_mapping(), "a mapping");
        for entry in node.entries() {
            self.text(entry.value, form);
        }
    }
}

fn one_of_keys(fields: &[Field]) -> String {
    let keys: Vec<_> = fields.iter().map(|field| field.key).collect();
    format!("expected {}", one_of(&keys))
}

/// A whole number that fits a byte.
pub(super) fn number(node: Node<'_>) -> Option<u8> {
    node.string().is_none().then(|| node.text()?.parse().ok()).flatten()
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Names what stands here. Scalars are shown: a policy file holds no secrets, but long ones are cut.
fn what(node: Node<'_>) -> String {
    match node.text() {
        Some(text) if text.chars().count() <= 40 => format!("`{text}`"),
        Some(_) => "a long text".to_owned(),
        None if node.is_mapping() => "a mapping".to_owned(),
        None if node.is_sequence() => "a list".to_owned(),
        None => "nothing".to_owned(),
    }
}
