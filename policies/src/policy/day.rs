//! A day of the calendar.

use std::fmt;
use std::str::FromStr;

/// A day, UTC. An input of the engine, so that expiry can be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
}

impl Day {
    /// The day, if the Gregorian calendar has it.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = year <= 9999 && day >= 1 && day <= days_in(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// The day that is this many days after 1970-01-01, as clocks count.
    /// Years beyond 9999 are cut to 9999-12-31.
    pub fn from_unix_days(days: u64) -> Self {
        let mut left = days;
        for year in 1970..=9999_u16 {
            for month in 1..=12 {
                let length = days_in(year, month);
                match u8::try_from(left) {
                    Ok(rest) if rest < length => return Self { year, month, day: rest + 1 },
                    _ => left -= u64::from(length),
                }
            }
        }
        Self { year: 9999, month: 12, day: 31 }
    }
}

impl Day {
    /// Days from 1970-01-01 to this day, as clocks count; none for days before.
    pub fn unix_days(self) -> u64 {
        let months = |year| (1..=12_u8).map(move |month| (year, month));
        let before = (1970..=self.year).flat_map(months).take_while(|month| *month < (self.year, self.month));
        let whole: u64 = before.map(|(year, month)| u64::from(days_in(year, month))).sum();
        if self.year < 1970 { 0 } else { whole + u64::from(self.day) - 1 }
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Not a day of the form `2027-03-31`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the form 2027-03-31")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let well_formed = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(n, b)| if matches!(n, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
        if !well_formed {
            return Err(NotADay);
        }
        let number = |from: usize, to: usize| text[from..to].parse().map_err(|_| NotADay);
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let small = |n: u16| u8::try_from(n).map_err(|_| NotADay);
        Self::new(year, small(month)?, small(day)?).ok_or(NotADay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "2027-1-1",
            "27-01-01",
            "2027-01-01Z",
            "tomorrow",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
        assert_eq!("2028-02-29".parse::<Day>().map(|d| d.to_string()), Ok("2028-02-29".to_owned()));
    }

    #[test]
    fn days_are_counted_as_clocks_count_them() {
        assert_eq!(Day::from_unix_days(0).to_string(), "1970-01-01");
        assert_eq!(Day::from_unix_days(11_016).to_string(), "2000-02-29");
        assert_eq!(Day::from_unix_days(20_782).to_string(), "2026-11-25");
        for days in [0, 30, 31, 59, 365, 11_016, 20_782, 47_540] {
            assert_eq!(Day::from_unix_days(days).unix_days(), days);
        }
    }

    #[test]
    fn later_days_are_greater() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert!(day("2026-12-31") < day("2027-01-01"));
    }
}
