//! Fixed lists of words. What is none of a list's is mostly told by its length and its outer bytes, without a look at
//! the list; case is passed over without a copy.

use memchr::memchr;

/// Bits of a byte, and of a length, that a list is asked for first. Letters of both cases share theirs.
const BITS: u8 = 31;

/// Words, and what each of them stands for.
pub(crate) struct Lexicon<V: 'static> {
    words: &'static [(&'static str, V)],
    /// By the bits of a first byte and of a last: which lengths there are.
    lengths: [[u32; BITS as usize + 1]; 2],
}

impl<V> Lexicon<V> {
    /// Takes in a list, none of whose words is empty.
    pub(crate) const fn new(words: &'static [(&'static str, V)]) -> Self {
        let mut lengths = [[0; BITS as usize + 1]; 2];
        let mut index = 0;
        while index < words.len() {
            let word = words[index].0.as_bytes();
            lengths[0][(word[0] & BITS) as usize] |= length(word);
            lengths[1][(word[word.len() - 1] & BITS) as usize] |= length(word);
            index += 1;
        }
        Self { words, lengths }
    }

    /// What a word stands for, in whatever case it is written.
    pub(crate) fn get(&self, word: &str) -> Option<&V> {
        let is_it = |known: &str| known.eq_ignore_ascii_case(word);
        self.entries(word).iter().find(|(known, _)| is_it(known)).map(|(_, value)| value)
    }

    /// Whether a word is among them, in whatever case it is written.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.get(word).is_some()
    }

    /// Whether a word is among them as it is written.
    pub(crate) fn has_exactly(&self, word: &str) -> bool {
        self.all_of(word).next().is_some()
    }

    /// All that a word stands for, as it is written.
    pub(crate) fn all_of(&self, word: &str) -> impl Iterator<Item = &V> {
        self.entries(word).iter().filter(move |(known, _)| *known == word).map(|(_, value)| value)
    }

    /// All that a word stands for, in whatever case it is written, each with its place in the list.
    pub(crate) fn places(&self, word: &str) -> impl Iterator<Item = (usize, &V)> {
        let entries = self.entries(word).iter().enumerate();
        entries
            .filter(move |(_, (known, _))| known.eq_ignore_ascii_case(word))
            .map(|(at, (_, value))| (at, value))
    }

    /// The list, or nothing where no word of this length begins or none ends as this one does.
    fn entries(&self, word: &str) -> &'static [(&'static str, V)] {
        let bytes = word.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return &[] };
        let [begins, ends] = &self.lengths;
        let lengths = begins[(first & BITS) as usize] & ends[(last & BITS) as usize];
        if lengths & length(bytes) == 0 { &[] } else { self.words }
    }
}

const fn length(word: &[u8]) -> u32 {
    1 << (word.len() & BITS as usize)
}

/// Words that stand for nothing but themselves.
macro_rules! lexicon {
    ($($word:literal),* $(,)?) => {
        $crate::lexicon::Lexicon::new(&[$(($word, ())),*])
    };
}
pub(crate) use lexicon;

/// Whether a text holds a part. Few texts hold even the rarest of its bytes, which is looked for first.
pub(crate) fn holds(text: &str, part: &str, rarest: u8) -> bool {
    text.len() >= part.len() && memchr(rarest, text.as_bytes()).is_some() && text.contains(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    static WORDS: Lexicon<u8> = Lexicon::new(&[
        ("s3", 1),
        ("bucket", 2),
        ("a-word-of-more-than-thirty-two-letters", 3),
        ("bucket", 4),
    ]);

    #[test]
    fn each_word_is_found_in_any_case_and_no_other() {
        for (word, value) in [("S3", 1), ("Bucket", 2), ("A-WORD-OF-MORE-THAN-THIRTY-TWO-LETTERS", 3)] {
            assert_eq!(WORDS.get(word), Some(&value), "{word}");
        }
        for other in ["", "s", "s4", "ts", "buckets", "bücket", "\u{13}3", "a-word"] {
            assert_eq!(WORDS.get(other), None, "{other}");
        }
    }

    #[test]
    fn as_it_is_written_a_word_may_stand_for_several() {
        assert_eq!(WORDS.all_of("bucket").collect::<Vec<_>>(), [&2, &4]);
        assert!(WORDS.has_exactly("s3") && !WORDS.has_exactly("S3"));
    }

    #[test]
    fn a_part_is_found_by_its_rarest_byte() {
        assert!(
            holds("run aws s3", "aws ", b' ') && !holds("aws", "aws ", b' ') && !holds(" s3", "aws ", b' ')
        );
    }
}
