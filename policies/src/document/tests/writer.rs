//! Writes values as YAML in many layouts, for the property tests.

use serde_json::Value;

/// Writes a document; the choices decide between block and flow style, indentation and comments.
pub(super) fn write(value: &Value, choices: &[bool]) -> String {
    let mut writer = Writer { text: String::new(), choices: choices.iter().copied().cycle() };
    writer.block(value, 0);
    writer.end_line();
    writer.text
}

struct Writer<C> {
    text: String,
    choices: C,
}

impl<C: Iterator<Item = bool>> Writer<C> {
    fn choose(&mut self) -> bool {
        self.choices.next().unwrap_or_default()
    }

    /// A value whose first line has begun; further lines start at `indent`.
    fn block(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Array(items) if !items.is_empty() => {
                for (count, item) in items.iter().enumerate() {
                    self.start(count, indent);
                    self.text.push_str("- ");
                    self.block(item, indent + 2);
                }
            }
            Value::Object(members) if !members.is_empty() => {
                for (count, (key, value)) in members.iter().enumerate() {
                    self.start(count, indent);
                    self.text.push_str(key);
                    self.text.push(':');
                    self.behind_key(value, indent);
                }
            }
            other => self.text.push_str(&other.to_string()),
        }
    }

    fn behind_key(&mut self, value: &Value, indent: usize) {
        let nested = value.as_array().is_some_and(|items| !items.is_empty())
            || value.as_object().is_some_and(|members| !members.is_empty());
        if !nested || self.choose() {
            self.text.push(' ');
            self.text.push_str(&value.to_string());
            return;
        }
        // The items of a list may stand as deep as its key.
        let flush = value.is_array() && self.choose();
        let deeper = if flush { indent } else { indent + 2 };
        self.end_line();
        self.text.push_str(&" ".repeat(deeper));
        self.block(value, deeper);
    }

    fn start(&mut self, count: usize, indent: usize) {
        if count > 0 {
            self.end_line();
            self.text.push_str(&" ".repeat(indent));
        }
    }

    fn end_line(&mut self) {
        if self.choose() {
            self.text.push_str(" # right");
        }
        self.text.push('\n');
        if self.choose() {
            self.text.push_str("  # above\n\n");
        }
    }
}
