//! The text of a JSON Patch, written operation by operation. Source: RFC 6902.

use std::ops::Range;

use serde::Serialize;
use serde_json::Value;

/// Room for most patches, in bytes.
const ROOM: usize = 4 << 10;

/// Values that are remembered at a time.
const REMEMBERED: usize = 8;

/// Operations as JSON text.
pub(super) struct Operations<'c> {
    text: Vec<u8>,
    /// Where a value stands in the text: an injection puts the same few into every container.
    written: Vec<(&'c Value, Range<usize>)>,
}

impl Default for Operations<'_> {
    fn default() -> Self {
        Self { text: Vec::with_capacity(ROOM), written: Vec::with_capacity(REMEMBERED) }
    }
}

impl<'c> Operations<'c> {
    /// An operation with a value that others may share.
    pub(super) fn put(&mut self, op: &str, path: &str, value: &'c Value) {
        self.begin(op, path);
        self.text.extend_from_slice(br#","value":"#);
        let known = self.written.iter().find(|(known, _)| std::ptr::eq(*known, value));
        match known.map(|(_, place)| place.clone()) {
            Some(place) => self.text.extend_from_within(place),
            None => self.write_and_remember(value),
        }
        self.text.push(b'}');
    }

    /// An operation with a value of its own.
    pub(super) fn put_new<V: Serialize + ?Sized>(&mut self, op: &str, path: &str, value: &V) {
        self.begin(op, path);
        self.text.extend_from_slice(br#","value":"#);
        self.json(value);
        self.text.push(b'}');
    }

    /// An operation that has no value.
    pub(super) fn remove(&mut self, path: &str) {
        self.begin("remove", path);
        self.text.push(b'}');
    }

    /// All of them, as UTF-8.
    pub(super) fn into_text(mut self) -> Vec<u8> {
        if self.text.is_empty() {
            self.text.push(b'[');
        }
        self.text.push(b']');
        self.text
    }

    fn begin(&mut self, op: &str, path: &str) {
        self.text.push(if self.text.is_empty() { b'[' } else { b',' });
        self.text.extend_from_slice(br#"{"op":""#);
        self.text.extend_from_slice(op.as_bytes());
        self.text.extend_from_slice(br#"","path":"#);
        self.place(path);
    }

    /// Most paths hold nothing that JSON escapes. Every byte is asked, so that many are asked at once.
    fn place(&mut self, path: &str) {
        let is_escaped = |byte| matches!(byte, ..b' ' | b'"' | b'\\');
        if path.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
            return self.json(path);
        }
        self.text.push(b'"');
        self.text.extend_from_slice(path.as_bytes());
        self.text.push(b'"');
    }

    fn write_and_remember(&mut self, value: &'c Value) {
        let start = self.text.len();
        self.json(value);
        if self.written.len() == REMEMBERED {
            self.written.clear();
        }
        self.written.push((value, start..self.text.len()));
    }

    fn json<V: Serialize + ?Sized>(&mut self, value: &V) {
        // Memory takes any writing, and a value's keys are texts.
        serde_json::to_writer(&mut self.text, value).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// One operation: its path, which of the values it puts, and how.
    type Asked = (String, usize, u8);

    fn written(asked: &[Asked], values: &[Value]) -> Vec<u8> {
        let mut operations = Operations::default();
        for (path, which, how) in asked {
            match how {
                0 => operations.remove(path),
                1 => operations.put_new("test", path, &values[*which]),
                _ => operations.put("add", path, &values[*which]),
            }
        }
        operations.into_text()
    }

    fn expected((path, which, how): &Asked, values: &[Value]) -> Value {
        let value = &values[*which];
        match how {
            0 => json!({"op": "remove", "path": path}),
            1 => json!({"op": "test", "path": path, "value": value}),
            _ => json!({"op": "add", "path": path, "value": value}),
        }
    }

    fn values() -> impl Strategy<Value = Vec<Value>> {
        let entry =
            ("\\PC{0,6}", any::<String>()).prop_map(|(name, text)| json!({"name": name, "value": text}));
        prop::collection::vec(prop_oneof![entry, any::<String>().prop_map(Value::from)], 12)
    }

    #[test]
    fn no_operation_is_an_empty_list() {
        assert_eq!(Operations::default().into_text(), b"[]");
    }

    proptest! {
        #[test]
        fn the_text_is_what_serde_makes_of_the_same_operations(
            asked in prop::collection::vec((any::<String>(), 0..12_usize, 0..4_u8), 0..40),
            values in values(),
        ) {
            let expected: Vec<Value> = asked.iter().map(|one| expected(one, &values)).collect();
            let text = String::from_utf8(written(&asked, &values)).unwrap();
            prop_assert_eq!(text, serde_json::to_string(&expected).unwrap());
        }
    }
}
