/* CSV reader and writer: the rules of strict reading, row by row. Each case is
 * fed whole and byte by byte and has to give the same rows. */
#include "format/csv.h"

#include "base/mem.h"
#include "tap.h"

/* Cells as [a][b], quoted ones as {a}, bad rows as !id, blank lines as ~. */
static void
dump(const struct crm_csv_row *row, struct crm_buf *out)
{
	for (size_t i = 0; i < row->before.n; i++)
		if (row->before.p[i] == '\n')
			crm_buf_c(out, '~');
	for (size_t i = 0; i < row->n; i++) {
		crm_buf_c(out, row->quoted[i] ? '{' : '[');
		crm_buf_str(out, row->cells[i]);
		crm_buf_c(out, row->quoted[i] ? '}' : ']');
	}
}

/* Rows in words; *again gets the file rebuilt from what the rows carry. */
static void
rows(struct crm_str file, size_t step, struct crm_buf *out,
    struct crm_buf *again)
{
	struct crm_csv_reader *r = crm_csv_new(0);
	struct crm_csv_row row;
	struct crm_err err = { 0 };
	size_t at = 0;
	for (;;) {
		enum crm_status st = crm_csv_next(r, &row, &err);
		if (st == CRM_NOTFOUND && at <= file.n) {
			struct crm_str part = crm_str_sub(file, at, step);
			crm_csv_push(r, part.p, part.n);
			at += part.n;
			if (at == file.n) {
				crm_csv_end(r);
				at++;
			}
			continue;
		}
		if (st == CRM_NOTFOUND || st == CRM_CORRUPT)
			break;
		dump(&row, out);
		if (st)
			crm_buf_printf(out, "!%s", err.id);
		crm_buf_printf(out, "@%" PRIu64 "\n", row.line);
		crm_buf_str(again, row.before);
		for (size_t i = 0; !st && i < row.n; i++) {
			if (i)
				crm_buf_c(again, crm_csv_delimiter(r));
			crm_csv_put_as(again, row.cells[i],
			    crm_csv_delimiter(r), row.quoted[i]);
		}
		if (st)
			crm_buf_str(again, row.bytes);
		crm_buf_str(again, row.end);
	}
	crm_buf_str(again, crm_csv_trailing(r));
	crm_csv_free(r);
}

static void
check(const char *title, struct crm_str file, const char *want)
{
	static const size_t steps[] = { 1 << 20, 1, 3 };
	for (size_t i = 0; i < CRM_LEN(steps); i++) {
		struct crm_buf got = { 0 }, again = { 0 };
		rows(file, steps[i], &got, &again);
		same(crm_buf_view(&got), want, title);
		ok(crm_str_eq(crm_buf_view(&again), file),
		    "%s: rebuilt byte for byte", title);
		crm_buf_release(&got);
		crm_buf_release(&again);
	}
}

static void
suite(void)
{
	static const struct {
		const char *name, *want;
	} files[] = {
		{ "comma_in_quotes", "[first][last][address][city][zip]@1\n"
		    "[John][Doe][120 any st.]{Anytown, WW}[08123]@2\n" },
		{ "empty", "[a][b][c]@1\n[1]{}{}@2\n[2][3][4]@3\n" },
		{ "empty_crlf", "[a][b][c]@1\n[1]{}{}@2\n[2][3][4]@3\n" },
		{ "escaped_quotes", "[a][b]@1\n[1]{ha \"ha\" ha}@2\n"
		    "[3][4]@3\n" },
		{ "json", "[key][val]@1\n[1]{{\"type\": \"Point\", "
		    "\"coordinates\": [102.0, 0.5]}}@2\n" },
		{ "newlines", "[a][b][c]@1\n[1][2][3]@2\n"
		    "{Once upon \na time}[5][6]@3\n[7][8][9]@5\n" },
		{ "newlines_crlf", "[a][b][c]@1\n[1][2][3]@2\n"
		    "{Once upon \r\na time}[5][6]@3\n[7][8][9]@5\n" },
		{ "quotes_and_newlines", "[a][b]@1\n"
		    "[1]{ha \n\"ha\" \nha}@2\n[3][4]@5\n" },
		{ "simple", "[a][b][c]@1\n[1][2][3]@2\n" },
		{ "simple_crlf", "[a][b][c]@1\n[1][2][3]@2\n" },
		{ "utf8", "[a][b][c]@1\n[1][2][3]@2\n[4][5][\xca\xa4]@3\n" },
	};
	const char *data = getenv("CRM_TESTDATA");
	if (!data) {
		ok(true, "csv-spectrum # SKIP CRM_TESTDATA is not set");
		return;
	}
	for (size_t i = 0; i < CRM_LEN(files); i++) {
		struct crm_buf path = { 0 }, file = { 0 };
		crm_buf_printf(&path, "%s/suites/csv-spectrum/csvs/%s.csv",
		    data, files[i].name);
		if (crm_buf_read_file(&file, crm_buf_cstr(&path)))
			ok(false, "%s: cannot be read", files[i].name);
		else
			check(files[i].name, crm_buf_view(&file),
			    files[i].want);
		crm_buf_release(&path);
		crm_buf_release(&file);
	}
}

static void
limits(void)
{
	struct crm_csv_reader *r = crm_csv_new(',');
	struct crm_csv_row row;
	struct crm_err err = { 0 };
	char *block = crm_alloc(1 << 20);
	memset(block, 'x', 1 << 20);
	crm_csv_push(r, "a,b\n1,\"", 7);
	ok(crm_csv_next(r, &row, &err) == CRM_OK, "header of an open quote");
	enum crm_status st = CRM_NOTFOUND;
	size_t fed = 0;
	while (st == CRM_NOTFOUND && fed < 1 << 30) {
		crm_csv_push(r, block, 1 << 20);
		fed += 1 << 20;
		st = crm_csv_next(r, &row, &err);
	}
	ok(st == CRM_CORRUPT && fed <= 5 << 20 && err.line == 2,
	    "a quote that is never closed stops soon, naming its line");
	crm_csv_free(r);
	r = crm_csv_new(',');
	crm_csv_push(r, block, (1 << 20) - 1);
	crm_csv_push(r, "xx\n", 3);
	ok(crm_csv_next(r, &row, &err) == CRM_INVALID &&
	    !strcmp(err.id, "csv.limit"), "a cell over a MiB is refused");
	memset(block, ',', 20000);
	crm_csv_push(r, block, 20000);
	crm_csv_push(r, "\n", 1);
	ok(crm_csv_next(r, &row, &err) == CRM_INVALID &&
	    !strcmp(err.id, "csv.limit"), "20001 columns are refused");
	crm_csv_free(r);
	free(block);
}

static void
formulas(void)
{
	static const char *const bad[] = { "=1+1", "+1", "-1+2", "@SUM(A1)",
		"\tx", "\rx", "  =1", "\xef\xbc\x9d" "1", "'=1", "''@x" };
	static const char *const fine[] = { "", "a=1", "1-2", "-1.50", "'x", "O'Hara",
		"a@b.example" };
	bool all = true;
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(bad) + CRM_LEN(fine); i++) {
		bool is = i < CRM_LEN(bad);
		struct crm_str s = crm_str_z(is ? bad[i] :
		    fine[i - CRM_LEN(bad)]);
		crm_buf_clear(&b);
		crm_csv_defuse(&b, s);
		all = all && (b.n == s.n + is) &&
		    crm_str_eq(crm_csv_undefuse(crm_buf_view(&b)), s);
	}
	ok(all, "formulas are defused, others not, and all come back");
	crm_buf_release(&b);
}

int
main(void)
{
	check("blanks stay", CRM_STR("a,b\n x ,\ty\t\n"),
	    "[a][b]@1\n[ x ][\ty\t]@2\n");
	check("no last newline, CR only", CRM_STR("a;b\r1;2"),
	    "[a][b]@1\n[1][2]@2\n");
	check("blank lines", CRM_STR("\na,b\n\n\n1,2\n\n"),
	    "~[a][b]@2\n~~[1][2]@5\n");
	check("one column keeps its empty cells", CRM_STR("a\n\nx\n\"\"\n"),
	    "[a]@1\n[]@2\n[x]@3\n{}@4\n");
	check("a quote behind a cell", CRM_STR("a,b\n\"x\"y,1\n2,3\n"),
	    "[a][b]@1\n!csv.quote@2\n[2][3]@3\n");
	check("a quote inside a cell", CRM_STR("a,b\nx\"y,1\n2,3\n"),
	    "[a][b]@1\n!csv.quote@2\n[2][3]@3\n");
	check("a quote that stays open", CRM_STR("a,b\n1,\"x\n2,3\n"),
	    "[a][b]@1\n!csv.quote@2\n");
	check("ragged rows", CRM_STR("a,b\n1\n1,2,3\n1,2\n"),
	    "[a][b]@1\n!csv.columns@2\n!csv.columns@3\n[1][2]@4\n");
	check("a NUL", CRM_STR("a,b\n1,\0\n1,2\n"),
	    "[a][b]@1\n!csv.nul@2\n[1][2]@3\n");
	check("not UTF-8", CRM_STR("a,b\n1,\xff\n1,2\n"),
	    "[a][b]@1\n!csv.encoding@2\n[1][2]@3\n");
	check("separators inside quotes do not count",
	    CRM_STR("\"a,b,c,d\";e\n1;2\n"), "{a,b,c,d}[e]@1\n[1][2]@2\n");
	check("tabs", CRM_STR("a\tb\n1\t2, 3\n"), "[a][b]@1\n[1][2, 3]@2\n");
	check("newlines of all kinds in a cell",
	    CRM_STR("a,b\r\n\"1\r2\n3\r\n\",x\r\n9,9\r\n"),
	    "[a][b]@1\n{1\r2\n3\r\n}[x]@2\n[9][9]@6\n");
	check("empty", CRM_STR(""), "");
	suite();
	limits();
	formulas();
	return tap_end();
}
