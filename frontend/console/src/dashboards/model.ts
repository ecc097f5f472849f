/** What the console reads of a dashboard of Grafana: grafana/generated has nothing else that is seen. */
export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  links: { type: string; title: string; url?: string }[];
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
  panels: Panel[];
}

interface Annotation {
  name: string;
  expr: string;
  iconColor: string;
  titleFormat: string;
  /** `15s` */
  step: string;
}

export interface Variable {
  type: "query" | "constant";
  name: string;
  label?: string;
  query: string | { query: string };
  current?: { value: string | string[] };
  multi?: boolean;
  includeAll?: boolean;
}

export interface Target {
  refId: string;
  expr: string;
  legendFormat: string;
  instant?: boolean;
  exemplar?: boolean;
}

export interface Override {
  matcher: { id: string; options: string };
  properties: { id: string; value: { fixedColor?: string; dash?: number[] } }[];
}

export interface Panel {
  id: number;
  type: "row" | "timeseries" | "stat" | "gauge" | "bargauge" | "table" | "alertlist" | "dashlist";
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  options?: {
    colorMode?: string;
    alertInstanceLabelFilter?: string;
    maxItems?: number;
    legend?: { calcs: string[] };
  };
  transformations?: {
    options: { renameByName?: Record<string, string>; excludeByName?: Record<string, boolean> };
  }[];
  fieldConfig: FieldConfig;
}

interface FieldConfig {
  defaults: {
    unit?: string;
    decimals?: number;
    min?: number;
    max?: number;
    noValue?: string;
    links?: { title: string; url: string }[];
    mappings?: { options: Record<string, { text: string; color: string }> }[];
    thresholds?: { steps: { value: number | null; color: string }[] };
    custom?: {
      stacking?: { mode: string };
      thresholdsStyle?: { mode: string };
      axisSoftMax?: number;
      fillOpacity?: number;
    };
  };
  overrides: Override[];
}
