/* How likely a name in another script is written so in Latin. */
#ifndef CRM_MATCH_TRANSCRIBE_H
#define CRM_MATCH_TRANSCRIBE_H

#include "base/base.h"
#include "base/utf8.h"
#include "match/latin.h"

/* How a letter, or a few that make one sound, is written in Latin. */
struct crm_transcript {
	/* What is written: "^" before it at the beginning of a word only, "$"
	 * behind it at the end only. Alone, "" is for Latin letters that stand
	 * for nothing, "$" for those behind the end. */
	const char *native;
	/* Latin letters, doubled ones once, and what that costs in thirds of a
	 * nat as a capital letter, A 0: "chA hA kD"; a capital alone is for
	 * nothing at all. */
	const char *more;
	/* Costs of nothing and of each of a to z; NULL: see more. Z is that and
	 * everything above. */
	const char *one;
};

struct crm_transcripts {
	const struct crm_transcript *row;	/* the first is for "" */
	size_t n;
	unsigned scale;	/* thousandths of likeness that a third of a nat and
			 * letter costs */
};

/* Tables by script; those of Han are of Japanese or of Chinese readings. None
 * (n is 0) for scripts that nothing is known of. */
struct crm_transcripts crm_transcripts(enum crm_script script, bool japanese);
/* Parts of it: learned from pairs of names, written by hand. */
struct crm_transcripts crm_transcripts_learned(enum crm_script script);
struct crm_transcripts crm_transcripts_europe(enum crm_script script);
struct crm_transcripts crm_transcripts_asia(enum crm_script script);
struct crm_transcripts crm_transcripts_han(bool japanese);

/* Appends a folded word as the tables' native text spells it: kana and Chinese
 * readings as Latin letters, Hangul as its letters with a full stop before
 * those at a syllable's end, Indic scripts as Devanagari with "a" for the
 * vowel that is not written, Thai in the order of sounds. han may be NULL. */
void crm_transcribe_units(struct crm_str word, const struct crm_han *han,
    bool japanese, struct crm_buf *out);

/* The rows of a table that make up such a text, the longest pieces first, 0
 * where none fits; a doubled piece counts once. Returns how many. */
enum { CRM_SCRIBE_ROWS = 24 };
size_t crm_transcribe_rows(const struct crm_transcripts *t, struct crm_str units,
    uint16_t out[CRM_SCRIBE_ROWS]);

/* The tables of the scripts that have turned up, made ready for use; zeroed is
 * a valid empty one. */
struct crm_scribe;
struct crm_scribes {
	struct crm_scribe *of[CRM_SCRIPT_GEORGIAN + 2];
};
void crm_scribes_release(struct crm_scribes *s);

/* A folded word in another script as rows of the tables, appended to out: for
 * each way to read it the table's number, the number of rows, the Latin letters
 * that they become as two halves of a bit set, the rows. Returns the number of
 * ways: 0 for scripts that nothing is known of. */
size_t crm_scribe_read(struct crm_scribes *s, struct crm_str word,
    const struct crm_han *han, uint16_t *out);
enum { CRM_SCRIBE_WAYS = 2, CRM_SCRIBE_HEAD = 4,
	CRM_SCRIBE_MAX = CRM_SCRIBE_WAYS * (CRM_SCRIBE_ROWS +
	    CRM_SCRIBE_HEAD) };

/* The likeliest ways to write a folded word in another script in Latin letters
 * (doubled ones once), the first the best: at most max, 0 where nothing is known
 * of the script. Needs no tables made ready. */
enum { CRM_SCRIBE_FORM = 48 };
size_t crm_scribe_forms(struct crm_str word, char form[][CRM_SCRIBE_FORM],
    size_t max);

/* How alike a word that was read so and one in Latin letters are, in
 * thousandths, by the cheapest way to write the one as the other (Viterbi 1967
 * on the edit model of Ristad and Yianilos 1998): of pairs that are the same
 * 93 in 100 are at 880 and more, of others 1 in 1,000. What is less alike than
 * `least` counts as that. */
unsigned crm_transcribed(const struct crm_scribes *s, const uint16_t *read,
    size_t ways, struct crm_str latin, unsigned least);

#endif
