import * as cdktf from 'cdktf';

export interface ShelfConfig extends cdktf.TerraformMetaArguments {
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#colours Shelf#colours}
  */
  readonly colours?: string[];
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#name Shelf#name}
  */
  readonly name: string;
  /**
  * board block
  *
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#board Shelf#board}
  */
  readonly board: ShelfBoard;
  /**
  * hook block
  *
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#hook Shelf#hook}
  */
  readonly hook?: ShelfHook[] | cdktf.IResolvable;
  /**
  * rule block
  *
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#rule Shelf#rule}
  */
  readonly rule?: any;
}
export interface ShelfBoard {
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs/resources/shelf#width Shelf#width}
  */
  readonly width: number;
}
export class ShelfBoardOutputReference extends cdktf.ComplexObject {
  // width - computed: false, optional: false, required: true
  private _width?: number; 
  public get width() {
    return this.getNumberAttribute('width');
  }
}
export class ShelfHookOutputReference extends cdktf.ComplexObject {
  // strong - computed: true, optional: true, required: false
  private _strong?: boolean | cdktf.IResolvable; 
  public get strong() {
    return this.getBooleanAttribute('strong');
  }
}
export class ShelfHookList extends cdktf.ComplexList {
  public get(index: number): ShelfHookOutputReference {
    return new ShelfHookOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export class Shelf extends cdktf.TerraformResource {
  public constructor(scope: Construct, id: string, config: ShelfConfig) {
    super(scope, id, {
      terraformResourceType: 'acme_shelf',
    });
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // arn - computed: true, optional: false, required: false
  public get arn() {
    return this.getStringAttribute('arn');
  }

  // colours - computed: false, optional: true, required: false
  private _colours?: string[]; 
  public get colours() {
    return cdktf.Fn.tolist(this.getListAttribute('colours'));
  }

  // name - computed: false, optional: false, required: true
  private _name?: string; 
  public get name() {
    return this.getStringAttribute('name');
  }

  // board - computed: false, optional: false, required: true
  private _board = new ShelfBoardOutputReference(this, "board");
  public get board() {
    return this._board;
  }

  // hook - computed: false, optional: true, required: false
  private _hook = new ShelfHookList(this, "hook", true);
  public get hook() {
    return this._hook;
  }

  // rule - computed: false, optional: true, required: false
  private _rule?: any; 
  public get rule() {
    return this.interpolationForAttribute('rule');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      board: {
        value: shelfBoardToHclTerraform(this._board.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "ShelfBoardList",
      },
    };
  }
}
export interface AcmeProviderConfig {
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs#region AcmeProvider#region}
  */
  readonly region?: string;
}
export class AcmeProvider extends cdktf.TerraformProvider {
  public constructor(scope: Construct, id: string, config: AcmeProviderConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'acme',
      terraformGeneratorMetadata: {
        providerName: 'acme',
        providerVersion: '3.1.4',
      },
      terraformProviderSource: 'acme/acme'
    });
  }

  // region - computed: false, optional: true, required: false
  private _region?: string; 
  public get region() {
    return this._region;
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      region: {
        value: cdktf.stringToHclTerraform(this._region),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };
  }
}
