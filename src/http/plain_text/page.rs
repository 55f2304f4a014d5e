//! A page being written: lines are at most so wide, unless one word is wider.

/// Columns of a page.
const WIDTH: usize = 78;

/// A page of text.
#[derive(Debug, Default)]
pub struct Page(String);

impl Page {
    /// Begins one under its title.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        let mut page = Self::default();
        page.underlined(title, '=');
        page
    }

    /// A heading, after a blank line.
    pub fn heading(&mut self, text: &str) {
        self.gap();
        self.underlined(text, '-');
    }

    /// A blank line.
    pub fn gap(&mut self) {
        self.0.push('\n');
    }

    /// A paragraph that stands in by so many columns; its further lines by two more.
    pub fn say(&mut self, indent: usize, text: &str) {
        for (number, line) in wrapped(text, WIDTH - indent - 2).iter().enumerate() {
            let indent = if number == 0 { indent } else { indent + 2 };
            self.line(indent, line);
        }
    }

    /// Amounts one below the other, each with what it is of: as many columns in as the widest of them needs.
    pub fn amounts(&mut self, amounts: &[(String, Vec<String>)]) {
        let widths = amounts.iter().map(|(amount, _)| amount.chars().count());
        let width = widths.max().unwrap_or_default();
        for (amount, texts) in amounts {
            let lines: Vec<String> = texts
                .iter()
                .flat_map(|text| wrapped(text, WIDTH.saturating_sub(width + 4)))
                .collect();
            let mut amount = format!("{amount:>width$}");
            for line in lines {
                self.line(2, &format!("{amount}  {line}"));
                amount = " ".repeat(width);
            }
        }
    }

    /// The text of it.
    #[must_use]
    pub fn text(self) -> String {
        self.0
    }

    fn underlined(&mut self, text: &str, stroke: char) {
        let lines = wrapped(text, WIDTH);
        let widths = lines.iter().map(|line| line.chars().count());
        let widest = widths.max().unwrap_or_default().min(WIDTH);
        for line in &lines {
            self.line(0, line);
        }
        self.line(0, &stroke.to_string().repeat(widest));
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.0.push_str(&" ".repeat(indent));
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }
}

/// The words of a text in lines. A line end in it is a blank like any other, so that nobody's text ends a line of ours.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_no_word_is_cut() {
        let mut page = Page::titled("A title\nof two lines");
        let long = "x".repeat(90);
        page.say(4, &format!("{} {long} end", "word ".repeat(20)));
        let pair = |amount: &str| {
            (
                amount.to_owned(),
                vec!["of this".to_owned(), "and that".to_owned()],
            )
        };
        page.amounts(&[pair("£1,000.00"), pair("-£2.00")]);
        let text = page.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..2], ["A title of two lines", "===================="]);
        let is_fit = |line: &&str| line.chars().count() <= WIDTH || line.trim() == long;
        assert!(lines.iter().all(is_fit), "{text}");
        assert!(lines[3].starts_with("      word"), "{text}");
        let amounts = "  £1,000.00  of this\n             and that\n     -£2.00  of this\n             and that\n";
        assert!(text.ends_with(amounts), "{text}");
    }
}
