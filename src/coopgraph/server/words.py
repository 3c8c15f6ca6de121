"""What the pages say, in English and Korean; `{}` takes a number or a name."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    # every page
    "site": (
        "The open knowledge graph of international science and technology cooperation strategy",
        "과학기술 국제협력 전략 공개 지식그래프",
    ),
    "skip": ("Skip to the content", "본문으로 바로 가기"),
    "sections": ("Sections", "주요 메뉴"),
    "language": ("Language", "언어"),
    "questions": ("Questions", "질문"),
    "networks": ("Networks", "네트워크"),
    "sparql": ("SPARQL", "SPARQL"),
    "ontology": ("Ontology", "온톨로지"),
    "search": ("Search", "검색"),
    "search-all": ("Search names, in Korean or English", "이름 검색(한국어·영어)"),
    "search-hint": ("quantum, 양자, MIT, 과기정통부 …", "양자, quantum, MIT, 과기정통부 …"),
    "cite": ("How to cite", "인용 방법"),
    "licence": (
        "Data and ontology: CC BY 4.0. Code: Apache-2.0.",
        "데이터와 온톨로지는 CC BY 4.0, 코드는 Apache-2.0을 따릅니다.",
    ),
    "to-start": ("To the start page", "첫 화면으로"),
    "pages": ("Pages", "쪽 이동"),
    "previous": ("Previous", "이전"),
    "next": ("Next", "다음"),
    "yes": ("yes", "예"),
    "no": ("no", "아니요"),
    "any": ("any", "전체"),
    "show": ("Show", "보기"),
    # errors
    "error-400": ("The request cannot be understood", "요청을 이해할 수 없습니다"),
    "error-403": ("This is not allowed", "허용되지 않는 요청입니다"),
    "error-404": ("There is no such page", "찾는 페이지가 없습니다"),
    "error-405": ("The method is not allowed here", "허용되지 않는 요청 방식입니다"),
    "error-406": ("There is no such format here", "제공하지 않는 형식입니다"),
    "error-413": ("The request is too large", "요청이 너무 큽니다"),
    "error-414": ("The address is too long", "주소가 너무 깁니다"),
    "error-415": ("The request is of an unknown kind", "알 수 없는 형식의 요청입니다"),
    "error-503": ("No answer this time", "지금은 응답할 수 없습니다"),
    "no-answer": (
        "This is not an empty answer: the question was not answered.",
        "결과가 없다는 뜻이 아니라 질의가 끝까지 실행되지 않았다는 뜻입니다.",
    ),
    "missing": ("Nothing is known of this IRI", "이 IRI에 대한 정보가 없습니다"),
    "near": ("Nearest names", "비슷한 이름"),
    # search
    "found": ("{} found", "{}건"),
    "found-more": (
        "the first {}; a longer text finds fewer",
        "처음 {}건. 더 길게 입력하면 좁혀집니다.",
    ),
    "found-none": ("No name contains this text.", "이 문자열이 들어간 이름이 없습니다."),
    # start
    "lead": (
        (
            "What governments say they will do together in science and technology, what "
            "institutions really do, and what follows from both. Every statement names its "
            "source and its place in the source."
        ),
        (
            "각국 정부가 과학기술 분야에서 무엇을 함께하겠다고 밝혔는지, 기관들이 실제로 무엇을 "
            "함께하는지, 그로부터 무엇을 알 수 있는지를 담았습니다. 모든 서술에는 출처와 출처 "
            "안의 위치가 있습니다."
        ),
    ),
    "count-technology": ("technologies", "기술"),
    "count-organisation": ("organisations", "기관"),
    "count-claim": ("claims", "주장"),
    "count-source": ("sources", "출처"),
    "count-triples": ("triples", "트리플"),
    "all-questions": ("All {} questions", "질문 {}개 모두 보기"),
    "all-networks": ("All {} networks", "네트워크 {}개 모두 보기"),
    "sparql-lead": (
        (
            "An editor with completion in Korean and English, results with labels, downloads, "
            "and a link to each query."
        ),
        (
            "한국어와 영어로 자동 완성하는 편집기에서 질의를 작성하고, 이름이 붙은 결과를 보고 "
            "내려받고, 질의를 링크로 공유할 수 있습니다."
        ),
    ),
    "open-editor": ("Open the editor", "편집기 열기"),
    "endpoint": ("For programs:", "프로그램에서 쓸 주소:"),
    "drawing": ("The network of technologies and intended partners", "기술과 협력 대상 네트워크"),
    "downloads": ("Downloads", "내려받기"),
    "dump": ("The whole graph as N-Quads", "전체 그래프(N-Quads)"),
    "void": ("Description of the graphs", "그래프 설명"),
    "build": ("Build {}", "빌드 {}"),
    "cite-sources": (
        "For an answer, cite the sources that it names as well.",
        "결과를 인용할 때는 결과에 표시된 출처도 함께 밝혀 주십시오.",
    ),
    # questions
    "questions-lead": (
        (
            "Each has a page with a form, the answer with its sources, and the same as JSON, "
            "CSV and SPARQL."
        ),
        (
            "질문마다 조건을 고를 수 있고, 답과 출처를 함께 보여 주며, 같은 내용을 "
            "JSON·CSV·SPARQL로도 제공합니다."
        ),
    ),
    "group-partners": ("Technologies and intended partners", "기술과 협력 대상"),
    "group-practice": ("What is really done", "실제로 이루어진 협력"),
    "group-money": ("Budgets and figures", "예산과 수치"),
    "group-policy": ("Policies, recommendations, who does what", "정책, 제언, 역할"),
    "group-evidence": ("Evidence and sources", "근거와 출처"),
    "group-other": ("Further questions", "그 밖의 질문"),
    "required": ("(required)", "(필수)"),
    "type-name": ("name in Korean or English", "이름(한국어·영어)"),
    "year": ("year", "연도"),
    "number": ("number", "숫자"),
    "ask": ("Ask", "조회"),
    "reset": ("Reset", "초기화"),
    "needs": ("Fill in the form to get an answer.", "조건을 입력하면 답을 볼 수 있습니다."),
    "answer": ("Answer", "답"),
    "row": ("1 row", "1행"),
    "rows": ("{} rows", "{}행"),
    "rows-part": ("rows {} to {} of {}", "전체 {2}행 중 {0}~{1}행"),
    "sources": ("sources", "출처"),
    "read-source": ("Read the source", "출처 원문 보기"),
    "places-more": ("{} more", "{}건 더"),
    "nothing": (
        "The graph holds nothing that answers this.",
        "이 질문에 해당하는 내용이 그래프에 없습니다.",
    ),
    "open-sparql": ("As SPARQL", "SPARQL로 열기"),
    # networks
    "networks-lead": (
        (
            "Pictures of who is tied to whom, with the evidence of each edge. A large "
            "network opens as communities, and the page says what is hidden."
        ),
        (
            "누가 누구와 이어지는지를 연결마다 근거와 함께 그린 그림입니다. 큰 네트워크는 "
            "무리로 묶어 보여 주고 무엇이 가려졌는지 밝힙니다."
        ),
    ),
    # an entity
    "property": ("property", "속성"),
    "value": ("value", "값"),
    "said-in": ("source and place", "출처와 위치"),
    "shown-of": ("{} to {} of {}", "{2}건 중 {0}~{1}"),
    "see-all": ("see all", "모두 보기"),
    "all-facts": ("All facts", "모든 사실 보기"),
    "statements": ("Statements", "서술"),
    "incoming": ("What refers to it", "이 대상을 가리키는 것"),
    "incoming-of": ("refer to it", "이 대상을 가리킴"),
    "not-counted": (
        (
            "More refers to it than is counted here: the numbers count the first {:,} "
            "references, and properties beyond those are not listed."
        ),
        (
            "이 대상을 가리키는 것이 세는 한도보다 많습니다. 처음 {:,}건만 세었으며, 그 밖의 "
            "속성은 나열하지 않았습니다."
        ),
    ),
    "permanent": ("The permanent address", "고정 주소"),
    "brief": ("Brief for a meeting", "국제협력 현황 한눈에 보기"),
    "graph-triples": ("Its triples", "트리플 받기"),
    "around": ("Around it", "주변 관계"),
    "around-label": ("The entity and some of what it is tied to", "이 대상과 이어진 대상 일부"),
    # the ontology
    "ontology-lead": ("{} classes and {} properties.", "클래스 {}개, 속성 {}개."),
    "classes": ("Classes", "클래스"),
    "properties": ("Properties", "속성"),
    "rdfs:subClassOf": ("within", "상위 클래스"),
    "rdfs:subPropertyOf": ("within", "상위 속성"),
    "rdfs:domain": ("of", "정의역"),
    "rdfs:range": ("to", "치역"),
    # the query page
    "query-title": ("Query the graph with SPARQL", "SPARQL 질의"),
    "query": ("SPARQL query", "SPARQL 질의"),
    "example": ("Examples", "예시"),
    "choose": ("choose a question …", "질문 고르기 …"),
    "hint": (
        "SELECT … WHERE { … }   Ctrl-Space completes; Korean and English names work too",
        "SELECT … WHERE { … }   Ctrl-Space로 자동 완성(한국어·영어 이름 가능)",
    ),
    "keys": (
        (
            "Ctrl-Enter runs, Ctrl-Space completes, Escape then Tab leaves the editor. The "
            "usual prefixes and the base of our IRIs are declared."
        ),
        (
            "Ctrl-Enter로 실행하고 Ctrl-Space로 자동 완성합니다. Esc를 누른 뒤 Tab을 누르면 "
            "편집기에서 나갑니다. 흔히 쓰는 접두사와 기준 IRI는 선언되어 있습니다."
        ),
    ),
    "run": ("Run", "실행"),
    "stop": ("Stop", "중지"),
    "copy-link": ("Copy link", "링크 복사"),
    "copy-query": ("Copy for other tools", "다른 도구용으로 복사"),
    "no-script": ("The editor needs JavaScript.", "편집기에는 자바스크립트가 필요합니다."),
    "running": ("Running …", "실행 중 …"),
    "rows-many": ("rows {} to {}; there are more than {}", "{}~{}행. 전체는 {}행보다 많습니다"),
    "no-rows": (
        "The query ran to its end and has no rows.",
        "질의가 끝까지 실행되었으며 결과가 없습니다.",
    ),
    "stopped": ("Stopped.", "중지했습니다."),
    "unreachable": ("The server cannot be reached.", "서버에 연결할 수 없습니다."),
    "sort-by": ("Sort by {}", "{} 기준으로 정렬"),
    "copied": ("Copied.", "복사했습니다."),
    "not-copied": ("The browser does not allow copying.", "브라우저가 복사를 허용하지 않습니다."),
    "line": ("Line {}, column {}: {}", "{}행 {}열: {}"),
    "prefix": ("prefix", "접두사"),
    "class": ("class", "클래스"),
    "keyword": ("keyword", "예약어"),
    "variable": ("variable", "변수"),
    "as-network": ("Show as a network", "네트워크로 보기"),
    "from": ("from", "출발"),
    "to": ("to", "도착"),
    "relation": ("relation", "관계"),
    "plain-edge": ("(none)", "(없음)"),
    "completions": ("Completions", "자동 완성 후보"),
}


def word(name: str, lang: str) -> str:
    """The word called `name` in `lang`.

    >>> word("questions", "ko")
    '질문'
    """
    return WORDS[name][lang == "ko"]
