// Looks of the /docs page: light and dark as the reader's system is, one column on a phone.

export const STYLE = `
:root{--ink:#1c2430;--soft:#5b6675;--line:#dfe4ea;--paper:#fff;--panel:#f6f8fa;--accent:#0b5cad;--get:#1a7f4b;--post:#a1470b}
@media(prefers-color-scheme:dark){:root{--ink:#e5e9ef;--soft:#98a4b3;--line:#2f3947;--paper:#12161c;--panel:#1a2028;--accent:#6cb2ff;--get:#5fd39a;--post:#f0a36b}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.65 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;display:grid;grid-template-columns:19rem minmax(0,1fr);grid-template-areas:"header header" "nav main"}
header{grid-area:header;padding:2rem 2.5rem 1.2rem;border-bottom:1px solid var(--line)}
header p{margin:.3rem 0;max-width:60rem}
h1{margin:0;font-size:1.9rem}
h1 span,h2 span{font-weight:400;color:var(--soft)}
nav{grid-area:nav;padding:1.2rem 1rem 2rem 2.5rem;position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;font-size:.92rem}
nav h2{font-size:.95rem;margin:1rem 0 .3rem}
nav a{display:block;color:inherit;padding:.12rem 0}
main{grid-area:main;padding:1rem 2.5rem 4rem;max-width:62rem}
main>h2{margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line);font-size:1.35rem}
a{color:var(--accent);text-decoration:none}
a:hover{text-decoration:underline}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
[lang=en]{color:var(--soft)}
article{margin:1rem 0;padding:1rem 1.2rem;border:1px solid var(--line);border-radius:.6rem}
article:target,tr:target{background:var(--panel);border-color:var(--accent)}
h3{margin:0 0 .4rem;font-size:1.02rem;font-weight:400;overflow-wrap:anywhere}
p{margin:.5rem 0}
.summary{font-weight:600}.summary [lang=en]{font-weight:400}
b.GET,b.POST{display:inline-block;min-width:3.1rem;font-size:.78rem;letter-spacing:.03em}
b.GET{color:var(--get)}b.POST{color:var(--post)}
nav b.GET,nav b.POST{min-width:2.7rem;font-size:.68rem}
.role{display:inline-block;padding:0 .6rem;margin:.1rem .2rem .1rem 0;border:1px solid var(--line);border-radius:1rem;font-size:.85rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.87em}
pre{background:var(--panel);padding:.8rem 1rem;border-radius:.4rem;overflow:auto;line-height:1.45}
.pattern{color:var(--soft);overflow-wrap:anywhere}
.wide{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-top:1px solid var(--line)}
th{font-weight:600;color:var(--soft);border-top:0;white-space:nowrap}
td:first-child{white-space:nowrap}
.required{color:var(--post)}
summary{cursor:pointer;padding:.25rem 0}
.codes a{display:inline-block;margin:.1rem .5rem .1rem 0}
.answers{padding-left:1.2rem;margin:.5rem 0}
.basics{padding-left:1.2rem}
.basics li{margin:.5rem 0}
@media(max-width:52rem){body{display:block}header,nav,main{padding:1.2rem 1rem}nav{position:static;max-height:none;border-bottom:1px solid var(--line)}td:first-child{white-space:normal;overflow-wrap:anywhere}article{padding:.8rem .9rem}}
@media print{nav{display:none}body{display:block}}
`;
