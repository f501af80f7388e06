#!/usr/bin/perl
# rivals.pl SEED N [DEALS]: fills $CRM_STORE with random deals, then asks N random
# questions of crm-report and crm-find, of sqlite3, jq and Miller, each in its
# own language. Counts, sums, groups and orders must be equal; prints those that
# differ.
use strict;
use warnings;
my ($seed, $n, $deals) = @ARGV;
$deals ||= 5000;
srand $seed;

sub any { return $_[rand @_] }
sub maybe { return rand() < $_[0] }

my @stages = qw(new qualified proposal negotiation won lost);
my @owners = qw(anna boris chen dina);
my @tags = qw(vip cold spring fair);
my @words = qw(Ropes Anchor Paint Engine Sails Radar Alpha Delta);
my @countries = qw(GR FI IL JP US);
my @currencies = qw(EUR USD GBP);
my %kind = (won => 'won', lost => 'lost');
my $types = 'deal';

sub day { return sprintf '2026-%02d-%02d', 1 + int rand 12, 1 + int rand 28 }
sub cents { my $c = shift; return sprintf '%s%d.%02d', $c < 0 ? '-' : '', abs($c) / 100, abs($c) % 100 }

# Random deals: lines for the store and jq, a table for Miller and sqlite3.
my @columns = qw(id name stage cents amount currency close_date probability owner tags country shoe);
open my $lines, '>', 'rivals.jsonl' or die;
open my $table, '>', 'rivals.csv' or die;
print $table join(',', @columns), "\n";
print $lines qq({"id":"acc$_","type":"account","name":"A$_","address":{"country":"$_"}}\n) for @countries;
for my $i (1 .. $deals) {
	my %d = (id => "d$i", name => join(' ', map { any(@words) } 0 .. rand 3), stage => any(@stages));
	if (maybe(.85)) {
		$d{cents} = any(0, 100, 99, int(rand 1000) * 100, int rand 10_000_000, -int rand 5000);
		$d{amount} = cents($d{cents});
		$d{currency} = any(@currencies) if maybe(.9);
	}
	$d{close_date} = day() if maybe(.8);
	$d{probability} = int rand 101 if maybe(.5);
	$d{owner} = any(@owners) if maybe(.8);
	$d{tags} = join ';', sort keys %{{ map { any(@tags) => 1 } 0 .. rand 2 }} if maybe(.5);
	$d{country} = any(@countries) if maybe(.7);
	$d{shoe} = any(int rand 50, rand(50) < 25 ? '41.5' : '1e1') if maybe(.3);
	print $table join(',', map { defined $d{$_} ? $d{$_} : '' } @columns), "\n";
	my @f = map { qq("$_":"$d{$_}") } grep { defined $d{$_} } qw(name stage amount currency close_date owner);
	push @f, map { qq("$_":$d{$_}) } grep { defined $d{$_} } qw(probability shoe);
	push @f, '"tags":[' . join(',', map { qq("$_") } split /;/, $d{tags}) . ']' if $d{tags};
	push @f, qq("account":"acc$d{country}") if $d{country};
	print $lines qq({"id":"$d{id}","type":"deal",), join(',', @f), "}\n";
}
close $lines;
close $table;
system 'crm-add -q rivals.jsonl' and die "cannot load\n";

# A term in four languages: crm, SQL, jq, Miller. In the table absent is "".
sub term {
	return any(
	    sub {	# one of some stages
		my @s = map { any(@stages) } 0 .. rand 3;
		return ('stage:' . join(',', @s), 'stage in (' . join(',', map { "'$_'" } @s) . ')',
		    '(.stage|IN(' . join(',', map { qq("$_") } @s) . '))', join '||', map { qq(\$stage=="$_") } @s);
	    },
	    sub {
		my $s = any(@stages);
		return ("stage!=$s", "stage<>'$s'", qq(.stage!="$s"), qq(\$stage!="$s"));
	    },
	    sub {
		my $k = any(qw(open won lost));
		my @in = $k eq 'open' ? @stages[0 .. 3] : $k;
		return ("is:$k", 'stage in (' . join(',', map { "'$_'" } @in) . ')',
		    '(.stage|IN(' . join(',', map { qq("$_") } @in) . '))', join '||', map { qq(\$stage=="$_") } @in);
	    },
	    sub {	# amounts: ranges with one end or two
		my ($a, $b) = sort { $a <=> $b } map { int rand 2_000_000 } 1, 2;
		my ($lo, $hi) = maybe(.2) ? ($a, undef) : maybe(.2) ? (undef, $b) : ($a, $b);
		my $cur = maybe(.3) ? any(@currencies) : '';
		return ('amount:' . (defined $lo ? cents($lo) . (defined $hi ? '' : $cur) : '') . '..' .
		    (defined $hi ? cents($hi) . $cur : ''),
		    bound("cents<>''", "currency='$cur'", 'cents', $lo, $hi, ' and ', $cur),
		    bound('.c!=null', qq(.currency=="$cur"), '.c', $lo, $hi, ' and ', $cur),
		    bound('$cents!=""', qq(\$currency=="$cur"), '$cents', $lo, $hi, '&&', $cur));
	    },
	    sub {
		my ($op, $v) = (any('<', '<=', '>', '>='), any(0, 100, int rand 1_000_000));
		return ("amount$op" . cents($v), "(cents<>'' and cents$op$v)", "(.c!=null and .c$op$v)", qq((\$cents!="" && \$cents$op$v)));
	    },
	    sub {
		my ($f, $c) = @{any(['amount', 'cents'], ['owner'], ['close_date'], ['tags'], ['currency'], ['probability'])};
		$c ||= $f;
		my $j = $f eq 'amount' ? '.c' : ".$f";
		return maybe(.5) ? ("$f:none", "$c=''", "$j==null", qq(\$$c=="")) :
		    ("$f:any", "$c<>''", "$j!=null", qq(\$$c!=""));
	    },
	    sub {	# days and months
		my ($a, $b) = sort { $a cmp $b } day(), day();
		my ($x, $y) = ($a, $b);
		($a, $b, $x, $y) = map { substr $_, 0, 7 } $a, $b, $a, $b if maybe(.4);
		$y .= length $y < 8 ? '-31' : '';
		return ("close_date:$a..$b", "(close_date<>'' and close_date>='$x' and close_date<='$y')",
		    qq((.close_date!=null and .close_date>="$x" and .close_date<="$y")),
		    qq((\$close_date!="" && \$close_date>="$x" && \$close_date<="$y")));
	    },
	    sub {
		my ($op, $d) = (any('<', '<=', '>', '>='), day());
		return ("close_date$op$d", "(close_date<>'' and close_date$op'$d')", qq((.close_date!=null and .close_date$op"$d")),
		    qq((\$close_date!="" && \$close_date$op"$d")));
	    },
	    sub {
		my $q = 1 + int rand 4;
		my ($x, $y) = map { sprintf '2026-%02d', $_ } 3 * $q - 2, 3 * $q;
		return ("close_date:2026-Q$q", "(close_date>='$x-01' and close_date<='$y-31')",
		    qq((.close_date!=null and .close_date>="$x-01" and .close_date<="$y-31")),
		    qq((\$close_date>="$x-01" && \$close_date<="$y-31")));
	    },
	    sub {
		my ($lo, $hi) = sort { $a <=> $b } map { int rand 101 } 1, 2;
		return ("probability:$lo..$hi", "(probability<>'' and probability between $lo and $hi)",
		    "(.probability!=null and .probability>=$lo and .probability<=$hi)",
		    qq((\$probability!="" && \$probability>=$lo && \$probability<=$hi)));
	    },
	    sub {
		my ($lo, $hi) = sort { $a <=> $b } map { int rand 50 } 1, 2;
		return ("shoe:$lo..$hi", "(shoe<>'' and cast(shoe as real) between $lo and $hi)",
		    "(.shoe!=null and .shoe>=$lo and .shoe<=$hi)", qq((\$shoe!="" && \$shoe>=$lo && \$shoe<=$hi)));
	    },
	    sub {
		my $o = any(@owners);
		return maybe(.5) ? ("owner:$o", "owner='$o'", qq(.owner=="$o"), qq(\$owner=="$o")) :
		    ("owner!=$o", "owner<>'$o'", qq(.owner!="$o"), qq(\$owner!="$o"));
	    },
	    sub {
		my $t = any(@tags);
		return ("tag:$t", "';'||tags||';' like '%;$t;%'", qq(any(.tags[]?;.=="$t")), qq(";".\$tags.";" =~ ";$t;"));
	    },
	    sub {
		my $c = any(@countries);
		return ("account.country:$c", "country='$c'", qq(.account=="acc$c"), qq(\$country=="$c"));
	    },
	    sub {
		my $w = lc any(@words);
		return ("name:$w", "' '||lower(name)||' ' like '% $w %'", qq((.name|ascii_downcase|split(" ")|index("$w")!=null)),
		    qq(" ".\$name." " =~ " $w "i));
	    },
	    sub {
		my $w = lc substr any(@words), 0, 1 + rand 3;
		return ("name:$w*", "' '||lower(name) like '% $w%'", qq((.name|ascii_downcase|split(" ")|any(startswith("$w")))),
		    qq(" ".\$name =~ " $w"i));
	    },
	    sub {
		my $w = any(@words);
		return ("name=$w", "lower(name)=lower('$w')", qq((.name|ascii_downcase)==("$w"|ascii_downcase)), qq(\$name =~ "^$w\$"i));
	    },
	    sub {
		my $re = any('^a', 's$', 'a.l', 'ra?d', 'in+e');
		return ("name~$re", "lower(name) regexp '$re'", qq((.name|test("$re";"i"))), qq(\$name =~ "$re"i));
	    })->();
}

# A range in one language: has the value, lower and upper bound, currency.
sub bound {
	my ($has, $is, $v, $lo, $hi, $and, $cur) = @_;
	return '(' . join($and, $has, (defined $lo ? "$v>=$lo" : ()), (defined $hi ? "$v<=$hi" : ()), ($cur ? $is : ())) . ')';
}

# A question in four languages; the first is a list of arguments.
sub query {
	my ($depth) = @_;
	my (@crm, $sql, $jq, $mlr);
	for (0 .. rand 3) {
		my $or = @crm && maybe(.4);
		my $not = maybe(.25);
		my @t;
		if ($depth < 2 && maybe(.25)) {
			my ($c, @rest) = query($depth + 1);
			@t = (['(', @$c, ')'], @rest);
		} else {
			my ($c, @rest) = term();
			@t = ([$c], @rest);
		}
		$sql .= $or ? ' or ' : ' and ' if @crm;
		$jq .= $or ? ' or ' : ' and ' if @crm;
		$mlr .= $or ? '||' : '&&' if @crm;
		push @crm, ($or ? 'or' : ()), ($not ? 'not' : ()), @{$t[0]};
		$sql .= $not ? "not ($t[1])" : "($t[1])";
		$jq .= $not ? "(($t[2])|not)" : "($t[2])";
		$mlr .= $not ? "!($t[3])" : "($t[3])";
	}
	return (\@crm, $sql, $jq, $mlr);
}

# In one text: values are quoted where blanks or signs would split them.
sub as_text {
	return join ' ', map { /^(\w[\w.]*)(=|:)(.*[<>"].*)$/ ? qq($1$2"$3") : $_ } @_;
}

sub run {
	my ($in, @cmd) = @_;
	open my $p, '-|', 'sh', '-c', "exec \"\$@\" <$in", 'sh', @cmd or die;
	local $/;
	my $text = <$p> // '';
	close $p;
	die "@cmd[0 .. 1] failed\n" if $?;
	return $text;
}

my @q = map { [query(0)] } 1 .. $n;
sub spill { my ($name, $text) = @_; open my $f, '>', $name or die; print $f $text; close $f; return $name }

# Each rival answers all questions in one run: "count sum-of-cents" a line.
my $import = ".mode csv\n.import rivals.csv raw\ncreate table d as select id,name,stage," .
    "case when cents='' then '' else cast(cents as integer) end cents,currency,close_date," .
    "case when probability='' then '' else cast(probability as integer) end probability," .
    "owner,tags,country,shoe from raw;\n.mode list\n.separator ' '\n";
my @sql = split /\n/, run(spill('q.sql', $import . join '', map {
    "select count(*),ifnull(sum(case when cents='' then 0 else cents end),0) from d where $_->[1];\n" } @q), 'sqlite3');
my @jq = split /\n/, run('rivals.jsonl', 'jq', '-rn', '-f', spill('q.jq',
    '[inputs|select(.type=="deal")|.c=(if .amount then (.amount|sub("\\\\.";"")|tonumber) else null end)] as $d|' .
    join ',', map { "([\$d[]|select($_->[2])]|\"\\(length) \\(map(.c//0)|add//0)\")" } @q));
my $k = 0;
my @mlr = split /\n/, run('/dev/null', 'mlr', '--icsv', '--ojson', 'put', '-q', '-f', spill('q.mlr',
    'begin{' . join('', map { "\@n$_=0;\@s$_=0;" } 0 .. $#q) . "}\n" .
    join('', map { my $m = $_->[3]; my $i = $k++; "if($m){\@n$i+=1;if(\$cents!=\"\"){\@s$i+=\$cents}}\n" } @q) .
    'end{' . join('', map { "print \@n$_.\" \".\@s$_;" } 0 .. $#q) . '}'), 'rivals.csv');

my $failed = 0;
sub differs { my ($what, @said) = @_; $failed++; print "seed $seed: $what: ", join(' | ', @said), "\n" }
for my $i (0 .. $#q) {
	my @crm = @{$q[$i][0]};
	my ($count, $sum) = (0, 0);
	my @how = maybe(.5) ? ('--where', as_text('deal', @crm)) : ();
	my $answer = @how ? run('/dev/null', 'crm-report', '-t', 'deal', '--count', '--sum', 'amount', '-F', 'csv', @how) :
	    "currency,count,sum_amount\n" . join '', map { chomp; my ($a) = /"amount":"([^"]*)"/; ',1,' . ($a // '') . "\n" }
	    split /\n/, run('/dev/null', 'crm-find', 'deal', @crm, '-f', 'id,amount');
	for (grep { !/^currency/ } split /\n/, $answer) {
		my (undef, $c, $s) = split /,/;
		$count += $c;
		$s = '0.00' if !defined $s || $s eq '';
		$s .= '.00' unless $s =~ /\./;
		$s =~ s/\.//;
		$sum += $s;
	}
	my $us = "$count $sum";
	differs("@crm", "crm $us", "sqlite3 $sql[$i]", "jq $jq[$i]", "mlr $mlr[$i]")
	    if $us ne $sql[$i] || $us ne $jq[$i] || $us ne $mlr[$i];
}

# Groups and orders, by sqlite3.
for my $i (0 .. $n / 10) {
	my ($crm, $sql) = query(1);
	my ($by, $key) = @{any(['stage', 'stage'], ['owner', 'owner'], ['account.country', 'country'], ['close_date:month', 'substr(close_date,1,7)'])};
	my $us = run('/dev/null', 'crm-report', '-t', 'deal', '--by', $by, '--count', '--distinct', 'owner', '--min', 'probability', '--max', 'probability',
	    '--sum', 'probability', '-F', 'csv', '--where', as_text('deal', @$crm));
	$us =~ s/^.*\n//;
	my $them = run(spill('g.sql', "$import.mode csv\n.separator ,\nselect nullif($key,'') k,count(*),count(distinct nullif(owner,''))," .
	    "min(nullif(probability,'')),max(nullif(probability,'')),sum(nullif(probability,'')) from d where $sql group by k;\n"), 'sqlite3');
	$them =~ s/\r//g;
	differs("by $by: @$crm", $us, $them) if join("\n", sort split /\n/, $us) ne join("\n", sort split /\n/, $them);
	my ($s1, $s2) = map { $_->[rand 2] } [qw(-amount amount)], [qw(close_date -close_date)];
	my $order = run('/dev/null', 'crm-find', 'deal', @$crm, '--sort', "$s1,$s2", '-F', 'ids');
	my @d = map { s/^-// ? 'desc' : '' } my ($f1, $f2) = ($s1, $s2);
	my $want = run(spill('o.sql', "${import}select id from d where $sql order by cents='',cents $d[0],close_date='',close_date $d[1],cast(substr(id,2) as integer);\n"), 'sqlite3');
	differs("sort $s1,$s2: @$crm", length $order, length $want) if $order ne $want;
}
print "$n questions, $failed differ\n";
exit($failed ? 1 : 0);
