/* stdin's lines through crm_fold_text, for generators of sorted name tables:
 * cc -Ilib -o fold-lines share/tools/fold-lines.c build/lib/libcrm.a -lutf8proc */
#include "base/buf.h"
#include "base/utf8.h"

int
main(void)
{
	struct crm_buf in = { 0 }, out = { 0 };
	struct crm_str rest, line;
	if (crm_buf_read_fd(&in, 0) != 0)
		return 1;
	rest = crm_buf_view(&in);
	while (crm_str_split(&rest, '\n', &line) && rest.p) {
		crm_fold_text(&out, line);
		crm_buf_c(&out, '\n');
	}
	return fwrite(out.p, 1, out.n, stdout) != out.n;
}
