//! Marks that a template engine has not yet replaced.

/// A kind of unrendered template mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `{{ ... }}`: Helm, Jinja, Go templates.
    Braces,
    /// `${...}`: shells, envsubst, Terraform, Compose; `#{...}`: deploy tools.
    DollarBrace,
    /// `$NAME` or `$$$NAME$$$` as a whole value.
    Dollar,
    /// `<...>`: a note to a person.
    Angle,
    /// `%NAME%`: deploy scripts.
    Percent,
}

/// The template mark in a text, if it holds one; of several kinds, the first in the order of [`Mark`].
///
/// What Kubernetes itself expands, `$(NAME)`, is none; nor are `$${...}`, where the dollar is escaped,
/// tags of XML, and comparisons.
pub fn find_mark(text: &str) -> Option<Mark> {
    // Most texts have none of these characters.
    if memchr::memchr3(b'{', b'<', b'%', text.as_bytes()).is_none() && !text.starts_with('$') {
        return None;
    }
    let kinds = [
        (Mark::Braces, has_braces as fn(&str) -> bool),
        (Mark::DollarBrace, has_dollar_brace),
        (Mark::Dollar, is_dollar_name),
        (Mark::Angle, has_angle),
        (Mark::Percent, has_percent),
    ];
    kinds.into_iter().find(|(_, holds)| holds(text)).map(|(mark, _)| mark)
}

fn has_braces(text: &str) -> bool {
    text.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"))
}

fn has_dollar_brace(text: &str) -> bool {
    ["${", "#{"].iter().flat_map(|open| text.match_indices(open)).any(|(at, _)| {
        let escaped = text[..at].ends_with(['$', '#']);
        let rest = &text[at + 2..];
        !escaped && rest.starts_with(name_start) && rest.contains('}')
    })
}

/// One dollar before the name, or as many before it as behind it.
fn is_dollar_name(text: &str) -> bool {
    let rest = text.trim_start_matches('$');
    let name = rest.trim_end_matches('$');
    let (before, behind) = (text.len() - rest.len(), rest.len() - name.len());
    let marked = before == behind.max(1);
    marked && name.starts_with(name_start) && name.chars().all(name_part)
}

fn has_angle(text: &str) -> bool {
    let markup = ["</", "/>", "<!", "<?"].iter().any(|part| text.contains(part));
    !markup && (is_angle_note(text.trim()) || text.match_indices('<').any(|(at, _)| angle_at(text, at)))
}

/// A whole value such as `<your key, 40 characters>`.
fn is_angle_note(text: &str) -> bool {
    let note = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let note = note.trim_matches(['%', '=']).trim();
    note.starts_with(|c: char| c.is_alphanumeric()) && !note.contains(['<', '>', '@', '\n', '='])
}

/// A part of a value such as `arn:aws:iam::<account-id>:role/app`; not a type such as `List<String>`.
fn angle_at(text: &str, at: usize) -> bool {
    let glued = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '<');
    let Some((note, _)) = text[at + 1..].split_once('>') else { return false };
    !glued
        && note.starts_with(|c: char| c.is_alphabetic())
        && note.ends_with(|c: char| c.is_alphanumeric())
        && note.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
}

/// Capitals alone: `%msg%n` is a log pattern; and more than two, for `%EF%BB` is an encoded byte.
fn has_percent(text: &str) -> bool {
    let inner = text.split('%').skip(1);
    let closed = text.matches('%').count().saturating_sub(1);
    inner.take(closed).any(|name| {
        name.len() > 2
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    })
}

fn name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found() {
        let cases = [
            ("{{ .Values.key }}", Mark::Braces),
            ("x-{{name}}-y", Mark::Braces),
            ("${AWS_KEY}", Mark::DollarBrace),
            ("arn:aws:iam::${AWS::AccountId}:role/x", Mark::DollarBrace),
            ("${KEY:-none}", Mark::DollarBrace),
            ("arn:aws:iam::#{Account}:role/x", Mark::DollarBrace),
            ("$AWS_KEY", Mark::Dollar),
            ("$$$TASK_ROLE$$$", Mark::Dollar),
            ("<your-key>", Mark::Angle),
            ("<your key, 40 characters>", Mark::Angle),
            ("<%= aws_key %>", Mark::Angle),
            ("<% aws_key %>", Mark::Angle),
            ("arn:aws:iam::<account-id>:role/app", Mark::Angle),
            ("https://<bucket name>.example.com", Mark::Angle),
            ("%AWS_KEY%", Mark::Percent),
            ("key=%AWS_KEY%;", Mark::Percent),
        ];
        for (text, mark) in cases {
            assert_eq!(find_mark(text), Some(mark), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mark_is_left_alone() {
        let texts = [
            "",
            "plain",
            "$(AWS_KEY)",
            "$${ESCAPED}",
            "costs $5",
            "a $NAME within",
            "$$NAME",
            "$NAME$$",
            "#{1}",
            "{\"json\": {\"a\": {}}}",
            "<configuration><key>x</key></configuration>",
            "<br/>",
            "<?xml version=\"1.0\"?>",
            "a < b && c > d",
            "if a<b then c>d",
            "List<String>",
            "cat <file >out",
            "cat <<EOF > x",
            "Jane Doe <jane@example.com>",
            "%d{HH:mm} %-5level %msg%n",
            "%h %l %u %t \"%r\" %>s %b",
            "100%",
            "a%2Fb%EF%BB%BF",
            "50% of %",
        ];
        for text in texts {
            assert_eq!(find_mark(text), None, "{text}");
        }
    }
}
